import { kinds } from '@broadstreet-sync/domain';
import { expect, it } from 'vitest';
import { inLabels } from './in-labels.ts';

it('calls fields in a message as pages do, and leaves all other words alone', () => {
  const message = 'advertiser_id is required before it can be exported; start_date must be YYYY-MM-DD';

  expect(inLabels(kinds.campaigns, message)).toBe(
    '“Advertiser” is required before it can be exported; “Start” must be YYYY-MM-DD',
  );
  expect(inLabels(kinds.campaigns, '"start_date" is a name here, and paused a word')).toBe(
    '"start_date" is a name here, and paused a word',
  );
});

it('names what another waits for without its `_id`, with the fields of that', () => {
  const message = `Waits for the campaign "Spring" (${'a1'.repeat(12)}): start_date is required`;

  expect(inLabels(kinds.placements, message)).toBe('Waits for the campaign "Spring": “Start” is required');
});
