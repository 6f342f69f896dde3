// Queues by keyboard (j k Enter x /), and ticking many rows at once.
export function queues() {
  document.addEventListener("change", (event) => {
    const table = event.target.closest("table[data-select]")
    if (!table) return
    if (event.target.matches("[data-all]")) for (const box of boxes(table)) box.checked = event.target.checked
    count(table)
  })
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, [contenteditable]")) return
    if (event.key === "/") return toSearch(event)
    const rows = [...document.querySelectorAll("main .table tbody tr")]
    if (rows.length && !event.target.closest("dialog")) step(event, rows)
  })
  document.querySelector(".side [aria-current]")?.scrollIntoView?.({ block: "nearest", inline: "center" })
}

const boxes = (table) => [...table.querySelectorAll(`input[name="${table.dataset.select}"]`)]

function count(table) {
  const all = boxes(table)
  const ticked = all.filter((box) => box.checked).length
  const head = table.querySelector("[data-all]")
  if (head) {
    head.checked = ticked > 0 && ticked === all.length
    head.indeterminate = ticked > 0 && ticked < all.length
  }
  const said = (table.closest("form") ?? document).querySelector("[data-bulk] output")
  if (said) said.textContent = said.dataset.words.replace("{n}", ticked)
}

function toSearch(event) {
  const field = document.querySelector("[data-key='/'], [role=search] input")
  if (!field) return
  event.preventDefault()
  field.focus()
}

function step(event, rows) {
  const here = rows.findIndex((row) => row.classList.contains("at"))
  const to = { j: here + 1, k: here - 1 }[event.key]
  if (to !== undefined) return stand(rows, Math.max(0, Math.min(rows.length - 1, to)))
  const row = rows[here]
  if (!row) return
  if (event.key === "x") row.querySelector(".tick")?.click()
  if (event.key === "Enter" && !event.target.closest("a, button, summary")) row.querySelector("a")?.click()
}

function stand(rows, index) {
  for (const row of rows) row.classList.remove("at")
  rows[index].classList.add("at")
  rows[index].scrollIntoView({ block: "nearest" })
  rows[index].querySelector("a, input")?.focus({ preventScroll: true })
}
