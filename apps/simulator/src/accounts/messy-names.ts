import type { Random } from '../random.ts';

/** Names as people type and paste them. `index` keeps apart what must differ. */
export interface Namer {
  /** Differs from every other name of this kind also when trimmed and without case. */
  unique(index: number): string;
  zone(index: number): string;
  ad(index: number): string;
  campaign(index: number): string;
}

const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'ke', 'li', 'mo', 'nu', 'pa', 're', 'si', 'to', 'vu', 'wa'];
const letters = ['ö', 'ü', 'Ü', 'ä', 'é', 'ß', '™', '–', '\u00a0', 'e\u0301', '日本', 'Ж', '🙂'];
const sizes = ['LS 728x90', 'SQ 300x250', 'PT 300x600', 'Banner', 'SQ 300 x 250 1'];
const places = ['Above navigation', 'Sidebar', 'Top', 'Home', 'Article', 'Footer & more'];
const blanks = [' ', '  ', '\n', '\n\n\n', '\t', ' \n'];

/** R has 10.5 % of its names with outer blanks, 7.3 % with other letters (here for each word), about 2 % repeated. */
const SHARES = { blank: 0.105, letter: 0.055, repeated: 0.03 };

export function createNamer(random: Random): Namer {
  function word(): string {
    const text = Array.from({ length: random.between(2, 4) }, () => random.pick(syllables)).join('');
    const cased = random.chance(0.15) ? text.toUpperCase() : text.charAt(0).toUpperCase() + text.slice(1);
    return random.chance(SHARES.letter) ? cased + random.pick(letters) : cased;
  }

  function messy(name: string): string {
    if (!random.chance(SHARES.blank)) return name;
    const before = random.chance(0.7) ? random.pick(blanks) : '';
    return `${before}${name}${before === '' || random.chance(0.4) ? random.pick(blanks) : ''}`;
  }

  /** Repeats the last name now and then, exactly or in another case. */
  function repeating(make: (index: number) => string): (index: number) => string {
    let last = '';
    return (index) => {
      if (last === '' || !random.chance(SHARES.repeated)) last = messy(make(index));
      else if (random.chance(0.3)) return last.toUpperCase();
      return last;
    };
  }

  return {
    unique: (index) => messy(`${10_000 + index} | ${word()} ${word()}`),
    zone: repeating((index) => `${word()} ${random.pick(places)} - ${random.pick(sizes)} - ${index}`),
    ad: repeating((index) => `${word()} ${word()} (${index})`),
    campaign: repeating((index) => `${word()} ${word()}: ${random.between(1, 12)} / 2025 - ${index}`),
  };
}
