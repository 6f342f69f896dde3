"""What papers give the frame of the product: the viewer among the components of the gallery."""

from kapok.kernel.ofd.web.pages import in_gallery
from kapok.kernel.ui.public import specimens

specimens.put("ofd", in_gallery)
