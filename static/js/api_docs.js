/** Starts Swagger UI on the page of the API. It calls as the person who is signed in, or with the token typed in at "Authorize". */
const place = document.getElementById("api");
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

/** What it leaves unsaid to screen readers: its parts before the calls, and headings without a gap below the first. */
function name() {
  for (const [part, label] of [[".information-container", "API"], [".scheme-container", "Authorization"]]) {
    const region = place.querySelector(part);
    region?.setAttribute("role", "region");
    region?.setAttribute("aria-label", label);
  }
  place.querySelectorAll("h3.opblock-tag, .models > h4").forEach((heading) => heading.setAttribute("aria-level", "2"));
}

dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: false, // it would put links into buttons
  validatorUrl: null,
  onComplete: name,
  requestInterceptor(request) {
    if (!["GET", "HEAD"].includes(request.method ?? "GET")) request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
