/**
 * Joins a path, which may have a query, to a base address. The query of the base goes with every request, such as `?orgId=2` of a
 * Grafana; a parameter of the path replaces the same one of the base. A fragment is never sent.
 */
export const urlUnder = (base: string, path: string): string => {
  const [address = ''] = base.split('#', 1);
  const mark = address.indexOf('?');
  const root = (mark === -1 ? address : address.slice(0, mark)).replace(/\/+$/, '');
  const whole = `${root}${path === '' || /^[/?]/.test(path) ? '' : '/'}${path}`;
  if (mark === -1) return whole;
  const pathMark = whole.indexOf('?');
  const own = new URLSearchParams(pathMark === -1 ? '' : whole.slice(pathMark));
  const inherited = address
    .slice(mark + 1)
    .split('&')
    .filter((part) => part !== '' && [...new URLSearchParams(part).keys()].every((name) => !own.has(name)));
  if (inherited.length === 0) return whole;
  return `${whole}${pathMark === -1 ? '?' : '&'}${inherited.join('&')}`;
};
