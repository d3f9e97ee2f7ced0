/** What a key lets its bearer do, each more than the one before: read, change and start, hand out keys. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Says whether a role is enough where another is needed. */
export function isEnough(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
