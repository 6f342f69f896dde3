// Forms: the error summary is read first, counters count, a form is sent once.
export function forms() {
  for (const form of document.querySelectorAll("form:has([data-shown-when])")) asking(form)
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

// A question that hangs on another is there only while that one is answered so; out of sight it is not sent.
function asking(form) {
  const told = (name) => new FormData(form).getAll(name)
  const show = () => {
    for (const question of form.querySelectorAll("[data-shown-when]")) {
      const asked = JSON.parse(question.dataset.shownWhen).every(([name, value]) => told(name).includes(value))
      question.hidden = !asked
      for (const control of question.querySelectorAll("input, select, textarea")) control.disabled = !asked
    }
  }
  form.addEventListener("change", show)
  show()
}
