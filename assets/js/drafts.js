// A long form saves itself: two seconds after the last key, and when the page is left.
const PAUSE = 2000

export function drafts() {
  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form)
}

function watch(form) {
  let timer = 0
  let dirty = false
  const save = async (leaving) => {
    clearTimeout(timer)
    if (!dirty) return
    dirty = false
    tell(await sent(form, leaving), () => (dirty = true))
  }
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return
    dirty = true
    clearTimeout(timer)
    timer = setTimeout(() => save(false), PAUSE)
  })
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer) })
  document.addEventListener("visibilitychange", () => document.hidden && save(true))
}

async function sent(form, leaving) {
  const values = new FormData(form)
  for (const [name, value] of [...values]) if (value instanceof File) values.delete(name)
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: values, keepalive: leaving, headers: { "HX-Request": "true" } })
    return answer.ok
  } catch {
    return false
  }
}

function tell(saved, again) {
  const place = document.getElementById("saved")
  if (!saved) again()
  if (!place) return
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })
  place.textContent = saved ? `✓ ${place.dataset.saved} ${time}` : place.dataset.unsaved
}
