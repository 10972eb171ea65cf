import { type FoundPage, findRunbookPage } from '../../../domain/runbooks/runbook-page.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';

const found = memoizePerObject<FoundPage | 'none'>();

/** The runbook page of an address that a rule links; undefined if the profile's places have none. */
export const linkedPage = (
  { cockpit }: Pick<RenderContext, 'cockpit'>,
  url: string | undefined,
): FoundPage | undefined => {
  const pages = cockpit.open?.runbookPages;
  if (pages === undefined || url === undefined) return undefined;
  const page = found(pages, [url], () => findRunbookPage(url, pages) ?? 'none');
  return page === 'none' ? undefined : page;
};

/** The name of a page that enter can open; undefined without one, or if several could be meant. */
export const openablePageName = (page: FoundPage | undefined): string | undefined => {
  if (page?.is === 'file') return page.page.path;
  return page?.is === 'address' ? page.url : undefined;
};
