import type { Row } from './types.ts';

/** True for a JSON object. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a key of the object itself; undefined where there is none. */
export function own(row: Row, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

const jsonType = /^(application|text)\/(json|[\w.+-]+\+json)\s*(;|$)/i;

export function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && jsonType.test(contentType.trim());
}

const dangerous = new Set(['__proto__', 'constructor', 'prototype']);
/** Keys can be written with escapes, so a text with any escaped ASCII is suspect too. */
const suspicious = /__proto__|constructor|prototype|\\u00[0-7]/i;

/**
 * Parses UTF-8 JSON. Keys that reach an object's prototype when it is copied are dropped.
 *
 * @throws SyntaxError or TypeError for what is not JSON or not UTF-8
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!suspicious.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value: unknown) => (dangerous.has(key) ? undefined : value));
}
