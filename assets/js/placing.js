// 盖章: a click on a page of the viewer says where the seal goes; a ghost of it stands there until it is sent.
export function placing() {
  const room = document.querySelector("[data-placing]")
  if (!room) return
  const field = (name) => room.querySelector(`[name="${name}"]`)
  const seal = field("seal"), ghost = new Image()
  ghost.alt = ""
  ghost.style.cssText = "position:absolute;opacity:.75;pointer-events:none;box-shadow:none;background:none"
  const size = () => JSON.parse(room.dataset.placing)[seal?.value] ?? [42, 42]
  const sheet = () => room.querySelector(`.ofd-page[data-page="${Number.parseInt(field("pages").value)}"]`)
  const show = () => {
    const page = sheet(), free = room.querySelector('[name="mode"]:checked')?.value ?? "position"
    if (!page || free !== "position" || !seal?.value) return ghost.remove()
    const { width, height } = page.dataset, [w, h] = size(), part = (mm, whole) => `${(mm / whole) * 100}%`
    ghost.src = `/work/seals/${seal.value}/picture/`
    page.style.position = "relative"
    ghost.style.left = part(field("x").value, width)
    ghost.style.top = part(field("y").value, height)
    ghost.style.width = part(w, width)
    ghost.style.height = part(h, height)
    page.append(ghost)
  }
  room.addEventListener("click", (event) => {
    const page = event.target.closest(".ofd-page[data-page]")
    if (!page || event.target.closest("a, button")) return
    const box = page.getBoundingClientRect(), [w, h] = size(), at = (part, whole, mine) => Math.max(0, part * whole - mine / 2).toFixed(1)
    const position = room.querySelector('[name="mode"][value="position"]')
    if (position && !position.checked) position.click()
    field("pages").value = page.dataset.page
    field("x").value = at((event.clientX - box.left) / box.width, page.dataset.width, w)
    field("y").value = at((event.clientY - box.top) / box.height, page.dataset.height, h)
    show()
  })
  room.addEventListener("change", show)
  room.addEventListener("input", show)
  new MutationObserver(() => ghost.isConnected || show()).observe(room.querySelector(".ofd-pages") ?? room, { childList: true, subtree: true })
  show()
}
