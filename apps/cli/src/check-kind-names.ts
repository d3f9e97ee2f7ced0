import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNames } from '@broadstreet-sync/domain';

/**
 * Where a kind may be named: its declaration and the list of kinds, the simulator (which shares nothing with us),
 * tests, and what tests use.
 */
const allowed =
  /^packages\/domain\/src\/(kinds\/|kind\.ts|registry\.ts)|^apps\/simulator\/|^packages\/testkit\/|\.test\.ts$|\/test(ing)?\//;

/** A kind's name as a string, or asked of the registry by name: `'zones'`, `kinds.zones`. */
const namedKind = new RegExp(`(['"\`])(${kindNames.join('|')})\\1|\\bkinds\\.(${kindNames.join('|')})\\b`);

/** A comment; or the setting BROADSTREET_NETWORKS picked from a type that has it. */
const isOther = /^\s*(\/?\*|\/\/)|\b(Pick|Omit)</;

/**
 * Finds code that asks for a kind by its name, in TypeScript files given by their paths from `root`. Shared code asks
 * a kind for a property instead, so that the next kind cannot fall through. Gives one line for each place.
 */
export async function findNamedKinds(root: string, paths: readonly string[]): Promise<string[]> {
  const sources = paths.filter((path) => path.endsWith('.ts') && !allowed.test(path));
  const found = await Promise.all(
    sources.map(async (path) => placesIn(path, await readFile(join(root, path), 'utf8'))),
  );
  return found.flat();
}

function placesIn(path: string, source: string): string[] {
  return source
    .split('\n')
    .flatMap((line, index) =>
      namedKind.test(line) && !isOther.test(line)
        ? [`${path}:${index + 1}: asks for a kind by its name; give EntityKind a property for it\n    ${line.trim()}`]
        : [],
    );
}
