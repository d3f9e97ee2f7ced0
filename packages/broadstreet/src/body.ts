import type { Readable } from 'node:stream';

/** An answer's body: whole, as far as it was wanted, or why not. */
export type Body =
  | { readonly state: 'whole'; readonly bytes: Buffer }
  | { readonly state: 'cut'; readonly causeCode: string | undefined }
  | { readonly state: 'tooLarge' };

/** Takes a body part by part. @returns false where the rest is not wanted */
export type TakeBytes = (bytes: Buffer) => Promise<boolean>;

/**
 * Reads a body to its end. Node reports one that is shorter than its `Content-Length`, or whose last chunk is missing;
 * one that ends with the connection can only be found broken when it is parsed.
 *
 * @param take who takes it while it arrives; then no bytes are kept. It throws nothing
 */
export async function readBody(stream: Readable, maxBytes: number, take?: TakeBytes): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) return { state: 'tooLarge' };
      if (take === undefined) chunks.push(bytes);
      else if (!(await take(bytes))) break;
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
