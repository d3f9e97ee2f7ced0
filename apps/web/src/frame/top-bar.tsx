import { type EntityReference, rootKind } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { LoaderCircle, Menu as MenuIcon, Monitor, Moon, Search, Sun, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { ReferencePicker } from '../kinds/reference-picker.tsx';
import { useLiveRuns } from '../queries/live-runs.ts';
import { useStatus } from '../queries/status.ts';
import { describeShare, runTitle } from '../runs/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Hint } from '../ui/hint.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { useNetwork } from './network.ts';
import { chooseTheme, chosenTheme, themes } from './theme.ts';
import { WhoMenu } from './who-menu.tsx';

interface TopBarProps {
  readonly onMenu: () => void;
  readonly onPalette: () => void;
}

/** Over every page: whose account this is, the network, what runs, the way to everything. */
export function TopBar({ onMenu, onPalette }: TopBarProps) {
  return (
    <header className="sticky top-0 z-30 flex min-h-13 flex-wrap items-center gap-2 border-b bg-card/95 px-3 py-1.5 backdrop-blur">
      <Button look="quiet" size="icon" aria-label="Open the menu" className="lg:hidden" onClick={onMenu}>
        <MenuIcon />
      </Button>
      <AccountChip />
      <NetworkSwitch />
      <span className="flex-1" />
      <RunChips />
      <Button className="text-soft" onClick={onPalette}>
        <Search aria-hidden /> <span className="hidden md:inline">Search</span>
        <kbd className="hidden rounded border px-1 text-xs md:inline">Ctrl K</kbd>
      </Button>
      <ThemeMenu />
      <WhoMenu />
    </header>
  );
}

function AccountChip() {
  const { data, error } = useStatus();
  if (error !== null || data === undefined) return null;
  const { mode, host } = data.account;
  const means =
    mode === 'demo'
      ? `A simulated account at ${host}: nothing here reaches Broadstreet.`
      : `The account at ${host}: what is exported here is created there.`;
  return (
    <Hint text={data.read_only ? `${means} Nothing is written (BROADSTREET_READ_ONLY).` : means}>
      <Badge tone={mode === 'demo' ? 'accent' : 'bad'} className="py-1">
        {mode.toUpperCase()}
        <span className="hidden font-normal sm:inline">{host}</span>
        {data.read_only ? <span className="font-normal">read only</span> : null}
      </Badge>
    </Hint>
  );
}

function NetworkSwitch() {
  const { network, choose } = useNetwork();
  return (
    <div className="w-52 max-w-[42vw]">
      <ReferencePicker
        kind={rootKind.name}
        value={network}
        label="Network"
        placeholder="all"
        onChange={(value: EntityReference | null) => choose(typeof value === 'number' ? value : null)}
      />
    </div>
  );
}

function RunChips() {
  const { isConnected, running } = useLiveRuns();
  return (
    <span aria-live="polite" className="flex flex-wrap items-center gap-2">
      {isConnected ? null : (
        <Hint text="The API does not answer just now. What you see may be old; this page comes back by itself.">
          <Badge tone="bad" className="py-1">
            <WifiOff className="size-3.5" aria-hidden /> no connection
          </Badge>
        </Hint>
      )}
      {running.map((run) => (
        <Link key={run.id} to="/runs/$id" params={{ id: run.id }}>
          <Badge tone="accent" className="py-1 tabular-nums">
            <LoaderCircle className="size-3.5 animate-spin" aria-hidden />
            {runTitle(run)} {describeShare(run)}
          </Badge>
        </Link>
      ))}
    </span>
  );
}

const themeIcons = { system: Monitor, light: Sun, dark: Moon };

function ThemeMenu() {
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = themeIcons[theme];
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={`Colours: ${theme}`}>
          <Icon />
        </Button>
      }
    >
      {themes.map((each) => {
        const EachIcon = themeIcons[each];
        return (
          <MenuItem
            key={each}
            onSelect={() => {
              chooseTheme(each);
              setTheme(each);
            }}
          >
            <EachIcon aria-hidden /> {each === 'system' ? 'as the system has it' : each}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
