import type { IncomingMessage } from 'node:http';
import { type Answer, badRequest } from './answers.ts';

/** Ads may carry their image in base64. */
const MAX_BYTES = 20 * 1024 * 1024;

/**
 * The JSON body of a request: an object, `{}` where there is no JSON body, or the answer that refuses it. Throws
 * where the client goes in the middle of it.
 */
export async function readRequestBody(
  req: IncomingMessage,
): Promise<{ body: Record<string, unknown>; refusal: Answer | null }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return { body: {}, refusal: { ...badRequest('Payload Too Large'), status: 413 } };
    chunks.push(chunk);
  }
  if (bytes === 0 || !req.headers['content-type']?.includes('json')) return { body: {}, refusal: null };
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return { body: Object.fromEntries(Object.entries(body)), refusal: null };
  } catch {
    // Falls through: it is no JSON.
  }
  return { body: {}, refusal: badRequest('the body is not a JSON object') };
}
