import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCategories, kindNames, kinds } from '@broadstreet-sync/domain';

/**
 * Where a kind may be named: its declaration and the list of kinds, the simulator (which shares nothing with us),
 * tests, what tests use, benchmarks, the machine of `chaos` (which judges us), and this file.
 */
const allowed =
  /^packages\/domain\/src\/(kinds\/|kind\.ts|registry\.ts)|check-kind-names\.ts$|^apps\/simulator\/|^packages\/testkit\/|\.test\.ts$|\/(test|testing|bench|chaos)\//;

const singulars: string[] = kindNames.map((name) => kinds[name].singular);
/** `network` is also a category of errors. */
const words = [...kindNames, ...singulars].filter((word) => !errorCategories.some((category) => category === word));
/** `networks` is also the setting BROADSTREET_NETWORKS. */
const properties = kindNames.filter((name) => name !== 'networks');

/** How code asks for a kind by its name. */
const namedKind = new RegExp(
  [
    // 'zones', "local_zones", `zone_id`
    `(['"\`])(local_)?(${words.join('|')})(_ids?)?\\1`,
    // '/api/zones/:id'
    `/(${kindNames.join('|')})\\b`,
    // zone_id, as a property or in a text
    `\\b(${singulars.join('|')})_ids?\\b`,
    // kinds.zones, state.zones, { zones: … }
    `\\bkinds\\.(${kindNames.join('|')})\\b`,
    `\\.(${properties.join('|')})\\b`,
    `\\b(${properties.join('|')})\\??:`,
  ].join('|'),
);

/** A comment, or a text, in which no comment begins. */
const commentOrText = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** The setting BROADSTREET_NETWORKS picked from a type that has it. */
const isPick = /\b(Pick|Omit)</;

/**
 * Finds code that asks for a kind by its name, in TypeScript files given by their paths from `root`. Shared code asks
 * a kind for a property instead, so that the next kind cannot fall through. Gives one line for each place.
 */
export async function findNamedKinds(root: string, paths: readonly string[]): Promise<string[]> {
  const sources = paths.filter((path) => /\.tsx?$/.test(path) && !allowed.test(path));
  const found = await Promise.all(
    sources.map(async (path) => placesIn(path, await readFile(join(root, path), 'utf8'))),
  );
  return found.flat();
}

function placesIn(path: string, source: string): string[] {
  return withoutComments(source)
    .split('\n')
    .flatMap((line, index) =>
      namedKind.test(line) && !isPick.test(line)
        ? [`${path}:${index + 1}: asks for a kind by its name; give EntityKind a property for it\n    ${line.trim()}`]
        : [],
    );
}

/** The same lines, comments blank. */
function withoutComments(source: string): string {
  return source.replace(commentOrText, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}
