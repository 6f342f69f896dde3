// A copied number says so, to eyes and to readers.
export function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy] button")
    if (!button) return
    const box = button.closest("[data-copy]")
    try {
      await navigator.clipboard.writeText(box.dataset.copy)
    } catch {
      getSelection().selectAllChildren(box.querySelector("code"))
      return
    }
    const said = document.createElement("span")
    said.setAttribute("role", "status")
    said.textContent = "✓"
    box.append(said)
    setTimeout(() => said.remove(), 1600)
  })
}
