import type { Role } from '@broadstreet-sync/domain';

/** Who asks. */
export interface Who {
  /** Of the key; what runs and the audit trail name. */
  readonly name: string;
  readonly role: Role;
  /** Null where no key is needed. */
  readonly keyId: string | null;
  /** When the log-in ends; null where there is none. */
  readonly until: Date | null;
}

/** Where no key was ever made, whoever is at this machine may do everything. */
export const thisMachine: Who = { name: 'api', role: 'admin', keyId: null, until: null };
