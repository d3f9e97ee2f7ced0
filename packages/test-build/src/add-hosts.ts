import dns from 'node:dns';

/** As lines of a hosts file would, for this process alone: names that are resolved, with what they are resolved to. */
export function addHosts(hosts: ReadonlyMap<string, string>): void {
  const lookup = new Proxy(dns.lookup, {
    apply: (resolve, self, [name, ...rest]) => Reflect.apply(resolve, self, [hosts.get(name) ?? name, ...rest]),
  });
  Object.assign(dns, { lookup });
}
