// Sends one operation of the API from its page. The token stays in the tab's session storage.
const form = document.querySelector("[data-try]");
const token = form.querySelector("[data-token]");
const status = document.querySelector("#try-status");
const answer = document.querySelector("#try-answer");
token.value = sessionStorage.getItem("api-token") ?? "";
form.querySelector("[data-send]").hidden = false;

function request() {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = { Accept: "application/json" };
  for (const field of form.querySelectorAll("[data-place]")) {
    const value = field.value.trim();
    if (field.dataset.place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (!value) continue;
    else if (field.dataset.place === "query") query.append(field.name, value);
    else headers[field.name] = value;
  }
  if (token.value.trim()) headers.Authorization = `Bearer ${token.value.trim()}`;
  let body = form.querySelector("[data-body]")?.value;
  if (body !== undefined) headers["Content-Type"] = form.dataset.mediaType;
  if (form.dataset.mediaType.endsWith("form-urlencoded")) {
    body = new URLSearchParams(body.split("\n").filter(Boolean).map((line) => {
      const [name, ...rest] = line.split("=");
      return [name.trim(), rest.join("=")];
    })).toString();
  }
  const search = query.size ? `?${query}` : "";
  return [path + search, { method: form.dataset.method, headers, body, credentials: "omit" }];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem("api-token", token.value.trim());
  status.textContent = "Sending …";
  try {
    const response = await fetch(...request());
    const text = await response.text();
    status.textContent = `${response.status} ${response.statusText}, MS-RequestId ${response.headers.get("MS-RequestId") ?? "none"}`;
    answer.textContent = pretty(text);
    answer.hidden = !text;
    const given = response.ok && text.startsWith("{") ? JSON.parse(text).access_token : "";
    if (given) {
      token.value = given;
      sessionStorage.setItem("api-token", given);
    }
  } catch (error) {
    status.textContent = `The server could not be asked: ${error.message}`;
    answer.hidden = true;
  }
});
