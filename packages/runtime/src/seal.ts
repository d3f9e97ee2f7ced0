import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;

/** Encrypts texts so that only who has the secret key reads them, and nobody changes them unnoticed. */
export interface Seal {
  seal(text: string): string;
  /** @throws Error for what another secret key has sealed, or what was changed */
  open(sealed: string): string;
}

/**
 * @param secretKey SECRET_KEY
 * @param purpose what is sealed for one purpose does not open for another
 */
export function createSeal(secretKey: string, purpose: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', `broadstreet-sync ${purpose}`, keyBytes));
  return {
    seal(text) {
      const iv = randomBytes(ivBytes);
      const sealing = createCipheriv(cipher, key, iv);
      const data = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
      return [iv, sealing.getAuthTag(), data].map((part) => part.toString('base64url')).join('.');
    },
    open(sealed) {
      const [iv, tag, data] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
      if (iv === undefined || tag === undefined || data === undefined) throw new Error('This is nothing sealed.');
      const opening = createDecipheriv(cipher, key, iv).setAuthTag(tag);
      return Buffer.concat([opening.update(data), opening.final()]).toString('utf8');
    },
  };
}
