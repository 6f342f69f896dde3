// A file may be dropped anywhere on the card that asks for it; while it is sent, the card says how far it is.
export function dropping() {
  for (const input of document.querySelectorAll("input[type=file][data-dropped]")) {
    const form = input.form, room = form.closest(".card") ?? form
    const over = (is) => (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return
      event.preventDefault()
      room.toggleAttribute("data-over", is)
    }
    for (const kind of ["dragenter", "dragover"]) room.addEventListener(kind, over(true))
    for (const kind of ["dragleave", "drop"]) room.addEventListener(kind, over(false))
    room.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return
      input.files = event.dataTransfer.files
      form.requestSubmit()
    })
    form.addEventListener("submit", (event) => {
      const file = input.files[0]
      if (!file) return
      const say = telling(form, input.dataset)
      if (file.size < 1e6) return say()
      event.preventDefault()
      send(form, say)
    })
  }
}

// A line with a bar below the form; without a share the bar runs on.
function telling(form, words) {
  const line = document.createElement("p"), bar = document.createElement("progress")
  line.setAttribute("role", "status")
  bar.className = "bar-progress"
  bar.setAttribute("aria-label", words.checking)
  form.append(line, bar)
  return (share) => {
    line.textContent = share < 1 ? words.sending.replace("{n}", Math.floor(share * 100)) : words.checking
    if (share < 1) bar.value = share
    else bar.removeAttribute("value")
  }
}

function send(form, say) {
  const request = new XMLHttpRequest()
  request.upload.onprogress = (event) => event.lengthComputable && say(event.loaded / event.total)
  request.onload = () => {
    document.open()
    document.write(request.responseText)
    document.close()
  }
  request.onerror = () => form.submit()
  request.open("POST", form.action)
  say(0)
  request.send(new FormData(form))
}
