import java.io.*;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.cert.*;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.gm.*;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.*;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.tsp.*;
import org.bouncycastle.util.Store;

/** BouncyCastle as a judge: reads `operation TAB base64 …` lines, answers `ok TAB base64 …` or `fault TAB base64`. */
public class BouncyCastle {
    static final String SM2 = "SM3withSM2", ECDSA = "SHA256withECDSA";

    public static void main(String[] given) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t");
            byte[][] a = new byte[parts.length - 1][];
            for (int i = 1; i < parts.length; i++) a[i - 1] = parts[i].equals("-") ? new byte[0] : Base64.getDecoder().decode(parts[i]);
            StringBuilder answer = new StringBuilder("ok");
            try {
                for (byte[] value : answer(parts[0], a)) answer.append('\t').append(value.length == 0 ? "-" : Base64.getEncoder().encodeToString(value));
            } catch (Throwable wrong) {
                String words = wrong.getClass().getSimpleName() + ": " + wrong.getMessage();
                answer = new StringBuilder("fault\t" + Base64.getEncoder().encodeToString(words.getBytes(StandardCharsets.UTF_8)));
            }
            out.println(answer);
        }
    }

    static byte[][] answer(String operation, byte[][] a) throws Exception {
        switch (operation) {
            case "sm2_verify": return truth(sm2Verify(a[0], a[1], a[2], a[3]));
            case "certificate": return truth(certificate(a[0], a[1]));
            case "path": return path(a);
            case "crl": return crl(a[0], a[1], new BigInteger(text(a[2])));
            case "ocsp": return ocsp(a[0], a[1], a[2]);
            case "ocsp_request": return new byte[][] {ocspRequest(a[0], a[1], text(a[2]))};
            case "timestamp": return timestamp(a[0], a[1], a[2]);
            case "timestamp_request": return new byte[][] {timestampRequest(a[0], text(a[1])).getEncoded()};
            case "timestamp_answer": return timestampAnswer(a[0], a[1], a[2]);
            case "cms": return cms(a[0], a.length > 1 ? a[1] : null);
            case "cms_bare": return cmsBare(a[0], a[1], a.length > 2 ? a[2] : null);
            case "world": return world(text(a[0]), Long.parseLong(text(a[1])), a[2]);
            case "derive": return deriveSm2(a[0]);
            default: throw new IllegalArgumentException("no such operation: " + operation);
        }
    }

    static byte[][] truth(boolean value) { return new byte[][] {Boolean.toString(value).getBytes()}; }

    static String text(byte[] given) { return new String(given, StandardCharsets.UTF_8); }

    static byte[] bytes(Object value) { return String.valueOf(value).getBytes(StandardCharsets.UTF_8); }

    static X509CertificateHolder holder(byte[] der) throws IOException { return new X509CertificateHolder(der); }

    static java.security.cert.X509Certificate java(byte[] der) throws Exception {
        return (java.security.cert.X509Certificate) CertificateFactory.getInstance("X.509", "BC").generateCertificate(new ByteArrayInputStream(der));
    }

    static ContentVerifierProvider verifier(byte[] der) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider("BC").build(holder(der));
    }

    static ContentSigner signer(String algorithm, PrivateKey key) throws Exception {
        return new JcaContentSignerBuilder(algorithm).setProvider("BC").build(key);
    }

    // --- judging what others made ----------------------------------------------------------------

    static boolean sm2Verify(byte[] point, byte[] id, byte[] data, byte[] signature) {
        org.bouncycastle.asn1.x9.X9ECParameters curve = GMNamedCurves.getByName("sm2p256v1");
        ECDomainParameters domain = new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
        SM2Signer judge = new SM2Signer(new SM3Digest());
        judge.init(false, new ParametersWithID(new ECPublicKeyParameters(curve.getCurve().decodePoint(point), domain), id));
        judge.update(data, 0, data.length);
        return judge.verifySignature(signature);
    }

    static boolean certificate(byte[] certificate, byte[] issuer) throws Exception {
        java(certificate).verify(java(issuer).getPublicKey(), "BC");
        return holder(certificate).isSignatureValid(verifier(issuer));
    }

    /** Leaf, root, seconds since 1970, then the pool: `true`, or a fault with the reason. */
    static byte[][] path(byte[][] a) throws Exception {
        List<java.security.cert.Certificate> pool = new ArrayList<>();
        for (int i = 3; i < a.length; i++) pool.add(java(a[i]));
        pool.add(java(a[0]));
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(java(a[0]));
        PKIXBuilderParameters wanted = new PKIXBuilderParameters(Collections.singleton(new TrustAnchor(java(a[1]), null)), target);
        wanted.setRevocationEnabled(false);
        wanted.setDate(new Date(Long.parseLong(text(a[2])) * 1000));
        wanted.setMaxPathLength(8);
        wanted.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(pool), "BC"));
        CertPathBuilder.getInstance("PKIX", "BC").build(wanted);
        return truth(true);
    }

    static byte[][] crl(byte[] der, byte[] issuer, BigInteger serial) throws Exception {
        X509CRLHolder list = new X509CRLHolder(der);
        X509CRL asJava = (X509CRL) CertificateFactory.getInstance("X.509", "BC").generateCRL(new ByteArrayInputStream(der));
        asJava.verify(java(issuer).getPublicKey(), "BC");
        X509CRLEntryHolder entry = list.getRevokedCertificate(serial);
        String reason = "";
        if (entry != null && entry.getExtension(Extension.reasonCode) != null)
            reason = org.bouncycastle.asn1.x509.CRLReason.getInstance(ASN1Enumerated.getInstance(entry.getExtension(Extension.reasonCode).getParsedValue())).getValue().toString();
        return new byte[][] {
            bytes(list.isSignatureValid(verifier(issuer))), bytes(entry != null),
            bytes(entry == null ? "" : entry.getRevocationDate().getTime() / 1000), bytes(reason)};
    }

    static CertificateID id(byte[] issuer, BigInteger serial, String digest) throws Exception {
        AlgorithmIdentifier named = digest.equals("SM3") ? new AlgorithmIdentifier(GMObjectIdentifiers.sm3) : CertificateID.HASH_SHA1;
        return new CertificateID(new JcaDigestCalculatorProviderBuilder().setProvider("BC").build().get(named), holder(issuer), serial);
    }

    static byte[][] ocsp(byte[] answer, byte[] certificate, byte[] issuer) throws Exception {
        OCSPResp whole = new OCSPResp(answer);
        if (whole.getStatus() != OCSPResp.SUCCESSFUL) return new byte[][] {bytes("status " + whole.getStatus())};
        BasicOCSPResp basic = (BasicOCSPResp) whole.getResponseObject();
        SingleResp single = basic.getResponses()[0];
        boolean about = single.getCertID().getSerialNumber().equals(holder(certificate).getSerialNumber())
            && single.getCertID().matchesIssuer(holder(issuer), new JcaDigestCalculatorProviderBuilder().setProvider("BC").build());
        Object status = single.getCertStatus();
        String word = status == null ? "good" : status instanceof RevokedStatus ? "revoked" : "unknown";
        return new byte[][] {bytes(basic.isSignatureValid(verifier(issuer)) && about), bytes(word)};
    }

    static byte[] ocspRequest(byte[] certificate, byte[] issuer, String digest) throws Exception {
        OCSPReqBuilder asked = new OCSPReqBuilder();
        asked.addRequest(id(issuer, holder(certificate).getSerialNumber(), digest));
        Extension nonce = new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(new DEROctetString(new byte[16]).getEncoded()));
        asked.setRequestExtensions(new Extensions(nonce));
        return asked.build().getEncoded();
    }

    static SignerInformationVerifier signerVerifier(X509CertificateHolder by) throws Exception {
        return new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(by);
    }

    /** Token, certificate of the authority, digest stamped: valid, seconds, digest equal. */
    static byte[][] timestamp(byte[] token, byte[] authority, byte[] digest) throws Exception {
        TimeStampToken read = new TimeStampToken(new CMSSignedData(token));
        read.validate(signerVerifier(holder(authority)));
        boolean same = Arrays.equals(digest, read.getTimeStampInfo().getMessageImprintDigest());
        return new byte[][] {bytes(same), bytes(read.getTimeStampInfo().getGenTime().getTime() / 1000)};
    }

    static ASN1ObjectIdentifier digestOid(String name) {
        return name.equals("sm3") ? GMObjectIdentifiers.sm3 : org.bouncycastle.asn1.nist.NISTObjectIdentifiers.id_sha256;
    }

    static TimeStampRequest timestampRequest(byte[] digest, String name) throws Exception {
        TimeStampRequestGenerator asked = new TimeStampRequestGenerator();
        asked.setCertReq(true);
        return asked.generate(digestOid(name), digest, BigInteger.valueOf(20261125L));
    }

    static byte[][] timestampAnswer(byte[] request, byte[] answer, byte[] authority) throws Exception {
        TimeStampResponse read = new TimeStampResponse(answer);
        read.validate(new TimeStampRequest(request));
        if (read.getTimeStampToken() == null) return new byte[][] {bytes("refused " + read.getStatus())};
        read.getTimeStampToken().validate(signerVerifier(holder(authority)));
        return truth(true);
    }

    static CMSSignedData signedData(byte[] der, byte[] content) throws Exception {
        ASN1Sequence outer = ASN1Sequence.getInstance(der);
        ASN1ObjectIdentifier kind = ASN1ObjectIdentifier.getInstance(outer.getObjectAt(0));
        if (kind.getId().startsWith("1.2.156.10197.6.1.4.2.")) der = international(outer);
        return content == null || content.length == 0 ? new CMSSignedData(der) : new CMSSignedData(new CMSProcessableByteArray(content), der);
    }

    /** The content types of GB/T 35275 are not known to BouncyCastle: the same message under those of PKCS #7. */
    static byte[] international(ASN1Sequence outer) throws IOException {
        ASN1Sequence body = ASN1Sequence.getInstance(ASN1TaggedObject.getInstance(outer.getObjectAt(1)).getObject());
        ASN1EncodableVector parts = new ASN1EncodableVector();
        for (int i = 0; i < body.size(); i++) {
            if (i != 2) { parts.add(body.getObjectAt(i)); continue; }
            ASN1Sequence content = ASN1Sequence.getInstance(body.getObjectAt(2));
            ASN1EncodableVector renamed = new ASN1EncodableVector();
            renamed.add(CMSObjectIdentifiers.data);
            for (int j = 1; j < content.size(); j++) renamed.add(content.getObjectAt(j));
            parts.add(new DERSequence(renamed));
        }
        return new DERSequence(new ASN1Encodable[] {CMSObjectIdentifiers.signedData, new DERTaggedObject(true, 0, new DERSequence(parts))}).getEncoded();
    }

    /** Message (and content, where detached): every signer holds, content. */
    static byte[][] cms(byte[] der, byte[] content) throws Exception {
        CMSSignedData read = signedData(der, content);
        Store<X509CertificateHolder> held = read.getCertificates();
        boolean all = read.getSignerInfos().size() > 0;
        for (SignerInformation each : read.getSignerInfos().getSigners())
            all &= each.verify(signerVerifier((X509CertificateHolder) held.getMatches(each.getSID()).iterator().next()));
        Object inside = read.getSignedContent() == null ? new byte[0] : read.getSignedContent().getContent();
        return new byte[][] {bytes(all), (byte[]) inside};
    }

    /** The same with the signer's certificate given from outside. */
    static byte[][] cmsBare(byte[] der, byte[] certificate, byte[] content) throws Exception {
        CMSSignedData read = signedData(der, content);
        boolean all = read.getSignerInfos().size() > 0;
        for (SignerInformation each : read.getSignerInfos().getSigners()) all &= each.verify(signerVerifier(holder(certificate)));
        return truth(all);
    }

    // --- making what we must read -----------------------------------------------------------------

    static KeyPair pair(String algorithm) throws Exception {
        KeyPairGenerator maker = KeyPairGenerator.getInstance("EC", "BC");
        maker.initialize(new ECGenParameterSpec(algorithm.equals(SM2) ? "sm2p256v1" : "P-256"));
        return maker.generateKeyPair();
    }

    static X509CertificateHolder issue(String algorithm, String subject, PublicKey key, X509CertificateHolder issuer, PrivateKey by, Date from, Date to,
            boolean ca, int usage, KeyPurposeId extended) throws Exception {
        X500Name name = new X500Name(subject);
        JcaX509v3CertificateBuilder maker = new JcaX509v3CertificateBuilder(
            issuer == null ? name : issuer.getSubject(), new BigInteger(120, new SecureRandom()), from, to, name, key);
        JcaX509ExtensionUtils tools = new JcaX509ExtensionUtils();
        maker.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
        maker.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        maker.addExtension(Extension.subjectKeyIdentifier, false, tools.createSubjectKeyIdentifier(key));
        if (issuer != null) maker.addExtension(Extension.authorityKeyIdentifier, false, tools.createAuthorityKeyIdentifier(issuer));
        if (extended != null) maker.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(extended));
        return maker.build(signer(algorithm, by));
    }

    /** root, authority, leaf, stamper, list, answer good, answer revoked, message, detached message, token, delegated answer. */
    static byte[][] world(String algorithm, long seconds, byte[] content) throws Exception {
        Date at = new Date(seconds * 1000), from = new Date(at.getTime() - 86400000L * 400), to = new Date(at.getTime() + 86400000L * 4000);
        int ca = KeyUsage.keyCertSign | KeyUsage.cRLSign, sign = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
        KeyPair rootKey = pair(algorithm), caKey = pair(algorithm), leafKey = pair(algorithm), stampKey = pair(algorithm), ocspKey = pair(algorithm);
        X509CertificateHolder root = issue(algorithm, "C=CN,O=BC,CN=Root", rootKey.getPublic(), null, rootKey.getPrivate(), from, to, true, ca, null);
        X509CertificateHolder mid = issue(algorithm, "C=CN,O=BC,CN=Authority", caKey.getPublic(), root, rootKey.getPrivate(), from, to, true, ca, null);
        X509CertificateHolder leaf = issue(algorithm, "C=CN,O=\u67d0\u5c40,CN=\u5370\u7ae0", leafKey.getPublic(), mid, caKey.getPrivate(), from, to, false, sign, null);
        X509CertificateHolder stamper = issue(algorithm, "C=CN,O=BC,CN=TSA", stampKey.getPublic(), mid, caKey.getPrivate(), from, to, false, sign, KeyPurposeId.id_kp_timeStamping);
        X509CertificateHolder responder = issue(algorithm, "C=CN,O=BC,CN=OCSP", ocspKey.getPublic(), mid, caKey.getPrivate(), from, to, false, sign, KeyPurposeId.id_kp_OCSPSigning);
        BigInteger serial = leaf.getSerialNumber();
        X509v2CRLBuilder list = new X509v2CRLBuilder(mid.getSubject(), at);
        list.setNextUpdate(new Date(at.getTime() + 86400000L));
        list.addCRLEntry(serial, at, org.bouncycastle.asn1.x509.CRLReason.keyCompromise);
        list.addCRLEntry(BigInteger.valueOf(77), at, org.bouncycastle.asn1.x509.CRLReason.superseded);
        list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(9)));
        byte[] lists = list.build(signer(algorithm, caKey.getPrivate())).getEncoded();
        return new byte[][] {
            root.getEncoded(), mid.getEncoded(), leaf.getEncoded(), stamper.getEncoded(), lists,
            answerOf(mid, serial, org.bouncycastle.cert.ocsp.CertificateStatus.GOOD, at, algorithm, mid, caKey.getPrivate(), false),
            answerOf(mid, serial, new RevokedStatus(at, 1), at, algorithm, mid, caKey.getPrivate(), false),
            message(algorithm, leafKey.getPrivate(), leaf, content, true), message(algorithm, leafKey.getPrivate(), leaf, content, false),
            token(algorithm, stampKey.getPrivate(), stamper, content, at),
            answerOf(mid, serial, org.bouncycastle.cert.ocsp.CertificateStatus.GOOD, at, algorithm, responder, ocspKey.getPrivate(), true)};
    }

    static byte[] answerOf(X509CertificateHolder issuer, BigInteger serial, org.bouncycastle.cert.ocsp.CertificateStatus status, Date at, String algorithm,
            X509CertificateHolder responder, PrivateKey by, boolean along) throws Exception {
        BasicOCSPRespBuilder maker = new BasicOCSPRespBuilder(new RespID(responder.getSubject()));
        maker.addResponse(id(issuer.getEncoded(), serial, "SHA1"), status, at, new Date(at.getTime() + 3600000L));
        BasicOCSPResp basic = maker.build(signer(algorithm, by), along ? new X509CertificateHolder[] {responder} : null, at);
        return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    }

    static byte[] message(String algorithm, PrivateKey key, X509CertificateHolder by, byte[] content, boolean attached) throws Exception {
        CMSSignedDataGenerator maker = new CMSSignedDataGenerator();
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        maker.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(digests).build(signer(algorithm, key), by));
        maker.addCertificate(by);
        return maker.generate(new CMSProcessableByteArray(content), attached).toASN1Structure().getEncoded("DER");
    }

    static byte[] token(String algorithm, PrivateKey key, X509CertificateHolder by, byte[] content, Date at) throws Exception {
        String name = algorithm.equals(SM2) ? "sm3" : "sha256";
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        SignerInfoGenerator info = new JcaSignerInfoGeneratorBuilder(digests).build(signer(algorithm, key), by);
        DigestCalculator calculator = digests.get(new AlgorithmIdentifier(digestOid(name)));
        TimeStampTokenGenerator maker = new TimeStampTokenGenerator(info, calculator, new ASN1ObjectIdentifier("1.2.3.4.5"));
        maker.addCertificates(new org.bouncycastle.util.CollectionStore<>(Collections.singleton(by)));
        byte[] digest = MessageDigest.getInstance(name.equals("sm3") ? "SM3" : "SHA-256", "BC").digest(content);
        return maker.generate(timestampRequest(digest, name), BigInteger.valueOf(4711), at).getEncoded();
    }

    /** A fresh SM2 key pair and a signature over the data by it: point, private number, signature. */
    static byte[][] deriveSm2(byte[] data) throws Exception {
        KeyPair pair = pair(SM2);
        Signature maker = Signature.getInstance(SM2, "BC");
        maker.initSign(pair.getPrivate());
        maker.update(data);
        byte[] d = ((org.bouncycastle.jce.interfaces.ECPrivateKey) pair.getPrivate()).getD().toByteArray();
        return new byte[][] {((org.bouncycastle.jce.interfaces.ECPublicKey) pair.getPublic()).getQ().getEncoded(false), d, maker.sign()};
    }
}
