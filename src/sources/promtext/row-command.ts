import type { RowCommand } from '../../sdk.ts';
import { type PromtextConfig, pageAddresses } from './config.ts';

/** The page of metrics behind a signal, with curl. */
export const promtextRowCommand: RowCommand<PromtextConfig> = (config, row) => {
  if (row.kind !== 'signal') return undefined;
  const pages = pageAddresses(config);
  const page =
    pages.find(({ name }) => name === row.labels.instance) ?? (pages.length === 1 ? pages[0] : undefined);
  return page === undefined ? undefined : ['curl', '-fsS', '-m', '10', page.url];
};
