const REDACTED = '[redacted]';

/** `access_token=…` in a URL or query, plain or percent-encoded; stops where the value ends. */
const tokenInQuery = /(access_token(?:=|%3D))(?:(?!%26)[^&\s"'\\#<>])+/gi;
/** `"access_token":"…"`, also inside a JSON text within a JSON text. */
const tokenInJson = /(\\*"access_token\\*"\s*:\s*\\*")[^"\\]+/gi;
const passwordInUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"\\]*:)[^\s/@"\\]+@/gi;

/**
 * Gives a function that takes secrets out of any text (a message, a JSON line, a stack trace): the values given,
 * as they are and as JSON or a URL would write them, each `access_token=…`, and passwords in URLs.
 */
export function createRedactor(secrets: readonly (string | undefined)[] = []): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (!secret) continue;
    forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(encodeURIComponent(secret));
  }
  // Longest first, so that a secret which contains another leaves no rest of itself.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text
      .replace(tokenInQuery, `$1${REDACTED}`)
      .replace(tokenInJson, `$1${REDACTED}`)
      .replace(passwordInUrl, `$1${REDACTED}@`);
    for (const form of ordered) clean = clean.replaceAll(form, REDACTED);
    return clean;
  };
}
