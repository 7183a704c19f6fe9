// Questions to the API: JSON there and back, an error in the service's own words.
export const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

export const ask = async (address, body, once) => {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = once;
  const answer = await fetch(address, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const words = told.errors?.[0]?.detail || told.detail || told.title || "";
    throw Object.assign(new Error(words), { status: answer.status, type: told.type });
  }
  return told;
};
