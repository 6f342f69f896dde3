// The reading tools of papers. Pages come by themselves when one nears them; everything here works on what the server drew.
const SVG = "http://www.w3.org/2000/svg"
const STEPS = [50, 75, 100, 125, 150, 200, 300, 400]
const MM = 96 / 25.4

for (const root of document.querySelectorAll("[data-ofd]")) viewer(root)

function viewer(root) {
  const pages = [...root.querySelectorAll("[data-page]")]
  const box = root.querySelector("[data-pages]")
  const at = root.querySelector("[data-at]")
  const zoom = root.querySelector("[data-zoom]")
  const find = root.querySelector("[data-find]")
  const hits = root.querySelector("[data-hits]")
  const texts = JSON.parse(root.querySelector("[data-texts]").textContent)
  let now = 1
  let wanted = 0

  // Pages: fetched once, when they are within two screens of what is seen.
  const fetching = new Map()
  function load(page) {
    const address = page.dataset.src
    if (!address) return Promise.resolve()
    if (!fetching.has(page)) {
      fetching.set(page, fetch(address, { credentials: "same-origin" })
        .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.text() })
        .then((svg) => { page.innerHTML = svg; delete page.dataset.src })
        .catch(() => { fetching.delete(page); failed(page) }))
    }
    return fetching.get(page)
  }
  function failed(page) {
    const say = document.createElement("p")
    const again = document.createElement("button")
    say.className = "error"
    say.textContent = root.dataset.failed + " "
    again.className = "btn btn-quiet"
    again.textContent = root.dataset.again
    again.addEventListener("click", () => { say.remove(); load(page) })
    say.append(again)
    page.querySelector(".error")?.remove()
    page.prepend(say)
  }
  const nearing = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) { nearing.unobserve(entry.target); load(entry.target) }
  }, { rootMargin: "200% 0px" })
  for (const page of pages) if (page.dataset.src) nearing.observe(page)

  // Where one is: the page that takes most of what is seen.
  const shares = new Map()
  const watching = new IntersectionObserver((seen) => {
    for (const entry of seen) shares.set(entry.target, entry.intersectionRect.height)
    const most = pages.reduce((a, b) => ((shares.get(b) || 0) > (shares.get(a) || 0) + 1 ? b : a))
    if (wanted && Number(most.dataset.page) !== wanted) return
    wanted = 0
    here(Number(most.dataset.page))
  }, { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] })
  for (const page of pages) watching.observe(page)
  function here(number) {
    now = number
    if (at && document.activeElement !== at) at.value = String(number)
    for (const link of root.querySelectorAll("[data-goto]")) {
      const current = Number(link.dataset.goto) === number
      if (current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current")
      if (current && link.offsetParent) {
        const list = link.closest("nav")
        if (link.offsetTop < list.scrollTop || link.offsetTop + link.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = link.offsetTop - 20
      }
    }
  }
  function scrolls() { return getComputedStyle(box).maxHeight !== "none" }
  function reach(target, block = "start") {
    if (!scrolls()) return target.scrollIntoView({ block })
    const place = target.getBoundingClientRect(), frame = box.getBoundingClientRect()
    box.scrollTop += place.top - frame.top - (block === "start" ? 12 : frame.height / 2 - place.height / 2)
    if (block !== "start") box.scrollLeft += place.left - frame.left - frame.width / 2 + place.width / 2
    root.scrollIntoView({ block: "nearest" })
  }
  function go(number) {
    const page = pages[Math.min(pages.length, Math.max(1, number)) - 1]
    load(page)
    reach(page)
    hold(Number(page.dataset.page))
  }
  // Where one went to is where one is, though another page may take more of the screen.
  function hold(number) {
    wanted = number
    here(number)
    setTimeout(() => { wanted = 0 }, 400)
  }

  // Zoom: fit, or a share of the true size of the paper.
  function scale() {
    const how = zoom.value
    const page = pages[now - 1], anchor = page.getBoundingClientRect().top
    root.classList.toggle("ofd-scaled", how !== "width")
    for (const each of pages) {
      const width = Number(each.dataset.width), height = Number(each.dataset.height)
      if (how === "width") each.style.width = ""
      else if (how === "page") {
        const room = (scrolls() ? box.clientHeight : window.innerHeight - 80) - 28
        each.style.width = Math.min(box.clientWidth - 32, (room * width) / height) + "px"
      } else each.style.width = (width * MM * how) / 100 + "px"
    }
    const moved = page.getBoundingClientRect().top - anchor
    if (scrolls()) box.scrollTop += moved
    else window.scrollBy(0, moved)
  }
  function shown() { return (100 * pages[now - 1].getBoundingClientRect().width) / (Number(pages[now - 1].dataset.width) * MM) }
  function step(by) {
    const from = shown()
    const next = by > 0 ? STEPS.find((each) => each > from + 1) : STEPS.findLast((each) => each < from - 1)
    if (next) { zoom.value = String(next); scale() }
  }

  // Search: the text of all pages is at hand; marks are drawn on the page when it is there.
  const joined = (words) => words.replace(/\s+/g, "")
  const closed = (words) => joined(words).toLowerCase()
  function search() {
    const sought = closed(find.value)
    unmark()
    hits.hidden = !sought
    if (!sought) return
    const list = hits.querySelector("ol")
    list.replaceChildren()
    let count = 0
    for (const [number, words] of texts) {
      const text = closed(words), shown = joined(words)
      let from = text.indexOf(sought)
      for (let nth = 0; from >= 0; nth += 1, from = text.indexOf(sought, from + sought.length)) {
        count += 1
        if (count <= 200) list.append(line(number, nth, sought, shown.slice(Math.max(0, from - 12), from + sought.length + 18)))
      }
    }
    hits.querySelector("p").textContent = count ? (count > 200 ? root.dataset.first : root.dataset.found).replace("{n}", count) : root.dataset.none
    list.querySelector("button")?.click()
  }
  function line(number, nth, sought, words) {
    const item = document.createElement("li"), button = document.createElement("button"), where = document.createElement("i")
    where.textContent = root.dataset.where.replace("{n}", number)
    button.type = "button"
    button.append(where, words)
    button.addEventListener("click", async () => {
      for (const other of hits.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current")
      button.setAttribute("aria-current", "true")
      await load(pages[number - 1])
      const marks = mark(pages[number - 1], sought)
      const found = marks[Math.min(nth, marks.length - 1)]
      if (found) { for (const rect of found) rect.classList.add("ofd-hit-at"); hold(number); reach(found[0], "center") } else go(number)
    })
    item.append(button)
    return item
  }
  function unmark() { for (const rect of root.querySelectorAll(".ofd-hit")) rect.remove() }
  function mark(page, sought) {
    unmark()
    const letters = []
    for (const text of page.querySelectorAll("text")) {
      if (text.closest(".ofd-missing")) continue
      const words = text.textContent
      for (let i = 0; i < words.length; i += 1) if (words[i].trim()) letters.push([words[i].toLowerCase(), text, i])
    }
    const all = letters.map((each) => each[0]).join("")
    const found = []
    for (let from = all.indexOf(sought); from >= 0; from = all.indexOf(sought, from + sought.length)) {
      found.push(letters.slice(from, from + sought.length).map(([, text, i]) => cover(text, i)))
    }
    return found
  }
  function cover(text, index) {
    const rect = document.createElementNS(SVG, "rect"), extent = text.getExtentOfChar(index)
    for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, extent[name])
    if (text.hasAttribute("transform")) rect.setAttribute("transform", text.getAttribute("transform"))
    rect.setAttribute("class", "ofd-hit")
    text.after(rect)
    return rect
  }

  async function print() {
    await Promise.all(pages.map(load))
    window.print()
  }
  const deeds = { previous: () => go(now - 1), next: () => go(now + 1), smaller: () => step(-1), larger: () => step(1), find: search, print }
  root.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-do]"), link = event.target.closest("[data-goto]"), seal = event.target.closest(".ofd-seal")
    if (tool && root.contains(tool)) deeds[tool.dataset.do]?.()
    if (link) { event.preventDefault(); go(Number(link.dataset.goto)) }
    if (seal) open(event, seal.getAttribute("href"))
  })
  function open(event, href) {
    const panel = href?.startsWith("#") && document.getElementById(href.slice(1))
    if (!panel) return
    event.preventDefault()
    if (panel.tagName === "DETAILS") panel.open = true
    panel.scrollIntoView({ block: "center" })
    const target = panel.querySelector("summary") || panel
    if (!target.matches("summary, a, button")) target.tabIndex = -1
    target.focus({ preventScroll: true })
  }
  at?.addEventListener("change", () => go(Number.parseInt(at.value, 10) || now))
  at?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); go(Number.parseInt(at.value, 10) || now) } })
  zoom.addEventListener("change", scale)
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); search() }
    if (event.key === "Escape" && !find.value) find.blur()
  })
  find.addEventListener("search", () => { if (!find.value) search() })
  window.addEventListener("resize", () => { if (zoom.value === "page") scale() })
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, [contenteditable], dialog")
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !(root.contains(event.target) || event.target === document.body)) return
    const keys = {
      PageDown: deeds.next, PageUp: deeds.previous, Home: () => go(1), End: () => go(pages.length), "+": deeds.larger, "=": deeds.larger,
      "-": deeds.smaller, "0": () => { zoom.value = "width"; scale() }, "/": () => find.focus(),
    }
    if (keys[event.key]) { event.preventDefault(); keys[event.key]() }
  })
}
