// Forms: the error summary is read first, counters count, a form is sent once.
export function forms() {
  document.querySelector("[data-focus]")?.focus()
  for (const words of document.querySelectorAll("[data-counter]")) {
    const field = document.getElementById(words.dataset.counter)
    const show = () => (words.textContent = `${field.value.length} / ${field.maxLength}`)
    field.addEventListener("input", show)
    show()
  }
  document.addEventListener("submit", (event) => {
    const form = event.target
    if (form.method !== "post" || event.defaultPrevented) return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = "yes"
    setTimeout(() => delete form.dataset.sent, 8000)
  })
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent))
}
