/** A name as it is compared: trimmed, case-folded, NFC. It is always stored and answered as it was given. */
export function normalizeName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
