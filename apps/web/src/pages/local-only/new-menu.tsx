import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import { Plus } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';

/** Which sort of entity is to be made. */
export function NewMenu({ onNew }: { readonly onNew: (kind: KindName) => void }) {
  return (
    <Menu
      trigger={
        <Button>
          <Plus /> New …
        </Button>
      }
    >
      {kindNames.map((kind) => (
        <MenuItem key={kind} onSelect={() => onNew(kind)}>
          New {kinds[kind].singular}
        </MenuItem>
      ))}
    </Menu>
  );
}
