import { LogOut, User } from 'lucide-react';
import { useLogOut, useSession } from '../queries/access.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';

/** Who is logged in; nobody, where no key is needed. */
export function WhoMenu() {
  const { data: session } = useSession();
  const logOut = useLogOut();
  if (session === undefined || session.name === null) return null;
  return (
    <Menu
      trigger={
        <Button look="quiet" aria-label={`Logged in as ${session.name}, ${session.role}`}>
          <User aria-hidden />
          <span className="hidden max-w-40 truncate md:inline">{session.name}</span>
          <span className="hidden font-normal text-soft lg:inline">{session.role}</span>
        </Button>
      }
    >
      <MenuItem onSelect={() => logOut.mutate()}>
        <LogOut aria-hidden /> Log out
      </MenuItem>
    </Menu>
  );
}
