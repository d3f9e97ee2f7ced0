/** A set of ids, or of tuples of ids: a million take 8 MB for each of their numbers, 16 where some pass 32 bits. */
export interface IdSet {
  /** @returns false where it was there before */
  add(ids: readonly number[]): boolean;
  has(ids: readonly number[]): boolean;
}

/** Slots of a part at first. */
const firstSlots = 16;
/** A set has up to 64 parts, each of which grows by itself: to make all of a large set anew at once holds the process up. */
const partBits = 6;
/** Share of the slots in use past which there are made twice as many. */
const mostUsed = 0.6;
const mostIn32Bits = 0xffff_ffff;

type Slots = Uint32Array | Float64Array;

/**
 * An empty set.
 *
 * @param width how many numbers make one member; they are positive integers
 */
export function createIdSet(width: number): IdSet {
  const parts: IdSet[] = [];
  const partOf = (ids: readonly number[]): number => hash(ids, 0, width) >>> (32 - partBits);
  return {
    add(ids) {
      const at = partOf(ids);
      const part = parts[at] ?? createPart(width);
      parts[at] = part;
      return part.add(ids);
    },
    has: (ids) => parts[partOf(ids)]?.has(ids) === true,
  };
}

/** Open addressing over one array of numbers: a `Set` takes several times as much. */
function createPart(width: number): IdSet {
  let slots: Slots = new Uint32Array(firstSlots * width);
  let used = 0;

  /** Where the member is, or the free slot in which it would be. */
  function find(ids: ArrayLike<number>, from: number): number {
    const mask = slots.length / width - 1;
    for (let slot = hash(ids, from, width) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      if (slots[at] === 0 || isSame(slots, at, ids, from, width)) return at;
    }
  }

  function grow(): void {
    const old = slots;
    slots = old instanceof Uint32Array ? new Uint32Array(old.length * 2) : new Float64Array(old.length * 2);
    for (let at = 0; at < old.length; at += width) {
      if (old[at] !== 0) slots.set(old.subarray(at, at + width), find(old, at));
    }
  }

  return {
    add(ids) {
      // A `Float64Array` has every safe integer.
      if (slots instanceof Uint32Array && ids.some((id) => id > mostIn32Bits)) slots = Float64Array.from(slots);
      const at = find(ids, 0);
      if (slots[at] !== 0) return false;
      slots.set(ids, at);
      used += 1;
      if (used > (slots.length / width) * mostUsed) grow();
      return true;
    },
    has: (ids) => slots[find(ids, 0)] !== 0,
  };
}

/** Mixes both halves of each number: ids that follow each other come to lie apart. */
function hash(ids: ArrayLike<number>, from: number, width: number): number {
  let mixed = 0;
  for (let at = from; at < from + width; at += 1) {
    const id = ids[at] ?? 0;
    mixed = Math.imul(mixed ^ id ^ (id / 0x1_0000_0000), 0x9e37_79b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}

function isSame(slots: ArrayLike<number>, at: number, ids: ArrayLike<number>, from: number, width: number): boolean {
  for (let number = 0; number < width; number += 1) if (slots[at + number] !== ids[from + number]) return false;
  return true;
}
