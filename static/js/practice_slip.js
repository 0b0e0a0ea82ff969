// The QR code on a slip carries the code behind the #: no server and no log sees it. It is put into the field and taken out of the address.
const form = document.querySelector("[data-practice-slip]");
const code = decodeURIComponent(location.hash.slice(1));
if (form && /^[a-z0-9-]{16,24}$/i.test(code)) {
  form.elements.code.value = code;
  form.querySelector("[type=submit]").focus();
}
if (location.hash) history.replaceState(null, "", location.pathname);
