import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A block of a page that says in its first line which file it is about. */
interface Block {
  readonly language: string;
  readonly path: string;
  readonly lines: readonly string[];
}

function blocksOf(page: string): Block[] {
  const found = page.matchAll(/^```(ts|diff)\n\/\/ (\S+)\n(.*?)^```$/gms);
  return [...found].map(([, language = '', path = '', text = '']) => ({
    language,
    path,
    lines: text.trimEnd().split('\n'),
  }));
}

function without(lines: readonly string[], sign: string): string {
  return lines
    .filter((line) => !line.startsWith(sign))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}

/**
 * Does in the project at `root` what a page tells: a block of TypeScript is a new file, a diff a change of one. Gives the
 * files. Throws where a diff does not fit exactly one place.
 */
export async function followPage(root: string, page: string): Promise<string[]> {
  const blocks = blocksOf(page);
  for (const { language, path, lines } of blocks) {
    const file = join(root, path);
    if (language === 'ts') {
      await writeFile(file, `${lines.join('\n')}\n`, { flag: 'wx' });
      continue;
    }
    const parts = (await readFile(file, 'utf8')).split(without(lines, '+'));
    if (parts.length !== 2)
      throw new Error(`a change of ${path} fits ${parts.length - 1} places:\n${lines.join('\n')}`);
    await writeFile(file, parts.join(without(lines, '-')));
  }
  return [...new Set(blocks.map(({ path }) => path))];
}
