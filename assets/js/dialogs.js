// A link to a page of its own opens as a dialog where one stands ready; menus close when one looks elsewhere.
export function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]")
    const dialog = opener && document.getElementById(opener.dataset.dialog)
    if (dialog && dialog.showModal) {
      event.preventDefault()
      dialog.showModal()
    }
    for (const drop of document.querySelectorAll("details[data-drop][open]")) {
      if (!drop.contains(event.target)) drop.open = false
    }
  })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    for (const drop of document.querySelectorAll("details[data-drop][open]")) {
      drop.open = false
      drop.querySelector("summary").focus()
    }
  })
}
