// Between the page's form and the authenticator. Bytes travel as base64url, as WebAuthn's JSON form has them.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const key of options[list] ?? []) key.id = bytes(key.id);
  }
  return { publicKey: options };
}

function answered(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[part]) response[part] = text(given[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  for (const note of document.querySelectorAll("[data-without-script]")) note.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[role=alert]");
    told.hidden = true;
    try {
      const credential = await navigator.credentials[form.dataset.passkey](asked(JSON.parse(form.dataset.options)));
      form.elements.answer.value = answered(credential);
      form.submit();
    } catch (error) {
      told.textContent = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.none;
      told.hidden = false;
    }
  });
}
