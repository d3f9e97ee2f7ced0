import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What a tool finds of the page that keeps people from using it, as `rule: element`; only what is serious. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
