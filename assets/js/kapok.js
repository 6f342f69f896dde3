// Our own enhancement of pages that work without it. htmx comes first: partial updates and saving of drafts.
import htmx from "htmx.org/dist/htmx.esm.js"
import { copying } from "./copying.js"
import { counting } from "./counting.js"
import { dialogs } from "./dialogs.js"
import { drafts } from "./drafts.js"
import { dropping } from "./dropping.js"
import { queues } from "./queues.js"
import { forms } from "./forms.js"
import { placing } from "./placing.js"

window.htmx = htmx
document.documentElement.classList.remove("no-js")
// On a phone a row of tabs may be wider than the screen: begin where one is.
for (const here of document.querySelectorAll(".tabs > [aria-current]")) here.parentElement.scrollLeft = here.offsetLeft - 48
for (const enhance of [copying, counting, dialogs, drafts, dropping, queues, forms, placing]) enhance()
