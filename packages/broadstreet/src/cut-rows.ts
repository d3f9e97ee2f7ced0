import { parseJson } from './json.ts';

/** A list's body while it arrives. */
export interface RowCutter {
  /**
   * The rows that these bytes complete.
   *
   * @throws SyntaxError or TypeError for what is not JSON, {@link OversizeError} for what no list should hold
   */
  write(bytes: Uint8Array): unknown[];
  /** The body, with {@link cutOut} in the place of the rows that were cut out. @throws as `write` */
  end(): unknown;
}

/** More beside the rows, or in one of them, than any list should hold. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
}

/** The only element of the array from which rows were cut. */
export const cutOut = '\u0000rows';

/** Longest row, and longest body without its rows, in bytes. */
const maxHeldBytes = 4 * 1024 * 1024;

const [bracket, closed, marker] = [Buffer.from('['), Buffer.from(']'), Buffer.from(JSON.stringify(cutOut))];
const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
/** The key of the value that is to follow. */
const keyAtEnd = /"(?:[^"\\]|\\.)*"(?=\s*:\s*$)/;

/**
 * Cuts the rows out of a list while it arrives, and lets `JSON.parse` read them a few at a time: bytes are only looked at
 * for where a row ends. Pieces that were cut at commas of the array and each can be read, and a frame that can be read
 * without them, are JSON exactly where the whole is.
 *
 *     {"total":2,"zones":[{"id":1},{"id":2}]}
 *     └────── frame ──────┘└piece─┘ └piece─┘└┘ frame
 *
 * @param keys under which the array may lie
 * @param isBare whether the body itself may be the array
 */
export function createRowCutter(keys: readonly string[], isBare: boolean): RowCutter {
  const [frame, piece, nextMark] = [createHeld(), createHeld(), createScanner()];
  let bytes: Uint8Array = new Uint8Array();
  /** Where in these bytes that begins which is neither in the frame nor in the piece. */
  let from = 0;
  let depth = 0;
  /** Of the array that rows are cut from; 0 outside of it. */
  let rowDepth = 0;
  let isCut = false;
  let pieces = 0;

  function opensRows(at: number): boolean {
    if (isCut || depth > 1) return false;
    if (depth === 0) return isBare;
    frame.add(bytes.subarray(from, at));
    from = at;
    const [key] = keyAtEnd.exec(frame.text()) ?? [];
    return key !== undefined && keys.includes(String(JSON.parse(key)));
  }

  function enterRows(at: number): void {
    frame.add(bytes.subarray(from, at + 1));
    frame.add(marker);
    [from, rowDepth, isCut] = [at + 1, depth, true];
  }

  /** The rows up to a comma between them, or the end of their array. */
  function takePiece(at: number, isLast: boolean): unknown[] {
    piece.add(bytes.subarray(from, at));
    from = isLast ? at : at + 1;
    const rows = parseJson(Buffer.concat([bracket, ...piece.take(), closed]));
    if (!Array.isArray(rows)) throw new SyntaxError('not an array');
    if (rows.length === 0 && !(isLast && pieces === 0)) throw new SyntaxError('nothing between two commas');
    pieces += 1;
    return rows;
  }

  return {
    write(next) {
      [bytes, from] = [next, 0];
      const found: unknown[][] = [];
      let lastComma = -1;
      for (let at = nextMark(bytes, 0); at < bytes.length; at = nextMark(bytes, at + 1)) {
        const mark = bytes[at];
        if (mark === comma) {
          if (depth === rowDepth) lastComma = at;
        } else if (mark === openArray || mark === openObject) {
          const isRows = mark === openArray && opensRows(at);
          depth += 1;
          if (isRows) enterRows(at);
        } else {
          if (depth === rowDepth) {
            found.push(takePiece(at, true));
            [rowDepth, lastComma] = [0, -1];
          }
          depth -= 1;
        }
      }
      if (rowDepth > 0 && lastComma >= 0) found.push(takePiece(lastComma, false));
      (rowDepth > 0 ? piece : frame).add(bytes.subarray(from));
      return found.flat();
    },
    end: () => parseJson(Buffer.concat(frame.take())),
  };
}

/** Finds the next bracket or comma outside of texts, from one part of a body to the next. */
function createScanner(): (bytes: Uint8Array, from: number) => number {
  let [isInText, isEscaped] = [false, false];
  return (bytes, from) => {
    let at = from;
    // Read and written once a call, not once a byte.
    let [isText, isNextEscaped] = [isInText, isEscaped];
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (isText) {
        if (isNextEscaped) isNextEscaped = false;
        else if (byte === backslash) isNextEscaped = true;
        else if (byte === quote) isText = false;
      } else if (byte === quote) isText = true;
      else if (
        byte === comma ||
        byte === openObject ||
        byte === closeObject ||
        byte === openArray ||
        byte === closeArray
      )
        break;
    }
    [isInText, isEscaped] = [isText, isNextEscaped];
    return at;
  };
}

/** Bytes that are kept for later, up to a limit. */
function createHeld() {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    /** @throws OversizeError */
    add(bytes: Uint8Array): void {
      size += bytes.length;
      if (size > maxHeldBytes) throw new OversizeError();
      parts.push(bytes);
    },
    text: () => Buffer.concat(parts).toString(),
    take(): Uint8Array[] {
      const taken = parts;
      [parts, size] = [[], 0];
      return taken;
    },
  };
}
