/** Past this length a name is shortened to make room for its suffix. */
export const maxNameLength = 255;

/** The form in which names are compared: outer blanks, case and Unicode composition do not count. */
export function normaliseName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase().normalize('NFC');
}

/**
 * The name to use in place of one that is taken: `name (1)`, `name (2)`, …
 *
 * @param ordinal 0 gives the trimmed name itself, however long
 */
export function numberedName(name: string, ordinal: number, maxLength = maxNameLength): string {
  if (ordinal === 0) return name.trim();
  const suffix = ` (${ordinal})`;
  const letters = [...name.trim()];
  const room = maxLength - suffix.length;
  return (letters.length > room ? letters.slice(0, room).join('').trimEnd() : letters.join('')) + suffix;
}
