import { ArrowDownToLine } from 'lucide-react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';

/** What to do first. */
export function FirstSteps() {
  const { start, isStarting } = useRunStarter();
  return (
    <Card className="grid gap-3 border-accent/40 bg-accent-soft p-5">
      <h2 className="text-[15px] font-semibold">Start here</h2>
      <p className="max-w-prose">
        An import reads all networks, advertisers, zones, ads, campaigns and placements of your Broadstreet account and
        keeps a copy of them here. It changes nothing in Broadstreet. Then prepare new ones here, and export them in one
        go.
      </p>
      <Button
        look="main"
        className="justify-self-start"
        disabled={isStarting}
        onClick={() => void start({ start: 'import', body: {} })}
      >
        <ArrowDownToLine /> Import from Broadstreet
      </Button>
    </Card>
  );
}
