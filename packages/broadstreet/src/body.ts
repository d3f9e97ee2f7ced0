import type { Readable } from 'node:stream';

/** An answer's body: whole, or why not. */
export type Body =
  | { readonly state: 'whole'; readonly bytes: Buffer }
  | { readonly state: 'cut'; readonly causeCode: string | undefined }
  | { readonly state: 'tooLarge' };

/**
 * Reads a body to its end. Node reports one that is shorter than its `Content-Length`, or whose last chunk is missing;
 * one that ends with the connection can only be found broken when it is parsed.
 *
 * This is the place for a parser that works while the body arrives.
 */
export async function readBody(stream: Readable, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) return { state: 'tooLarge' };
      chunks.push(bytes);
    }
    return { state: 'whole', bytes: Buffer.concat(chunks) };
  } catch (error) {
    return { state: 'cut', causeCode: codeOf(error) };
  }
}

/** The code that Node and libraries give their errors. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
