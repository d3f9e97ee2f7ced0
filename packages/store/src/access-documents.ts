import type { Role } from '@broadstreet-sync/domain';
import type { Types } from 'mongoose';

/** A key that was made; of the key itself only a hash is kept. */
export interface KeyDocument {
  _id: Types.ObjectId;
  /** Unique among those that hold. */
  name: string;
  role: Role;
  /** How it begins. */
  prefix: string;
  /** SHA-256, hexadecimal: a key has 256 random bits, which nobody finds by trying. */
  hash: string;
  created_at: Date;
  created_by: string;
  /** To the minute. */
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

/** A log-in of a browser. */
export interface SessionDocument {
  /** Hash of what the cookie holds. */
  _id: string;
  key_id: Types.ObjectId;
  created_at: Date;
  expires_at: Date;
}

/** Something that somebody asked for and that was more than reading. Stored before it is done, its outcome after. */
export interface AuditDocument {
  _id: Types.ObjectId;
  at: Date;
  name: string;
  role: Role | null;
  key_id: string | null;
  address: string | null;
  action: string;
  method: string;
  path: string;
  fields: string[];
  status: number | null;
  code: string | null;
  run_id: string | null;
  request_id: string | null;
}

/** The access token, where it was set here. */
export interface StoredTokenDocument {
  _id: 'access_token';
  /** Encrypted with the secret key. */
  sealed: string;
  set_at: Date;
  set_by: string;
}
