import { clipped } from '../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { redirectTarget } from '../../platform/network/status.ts';

/** A page that passed a check, by what distinguishes it from another. */
export interface HttpPage {
  /** Its path, after redirects. */
  readonly path: string;
  /** True: the check asked for another path, and does not expect a redirect. */
  readonly isRedirected: boolean;
  /** Its media type, without parameters. */
  readonly type: string;
  /** Its title in HTML, without the numbers that change. */
  readonly title: string;
}

/** Text before which a title must begin. */
const maxHeadLength = 65_536;
const maxTitleLength = 60;

const titleIn = (text: string): string => {
  const [, title = ''] = /<title[^>]{0,200}>([^<]{0,1000})</i.exec(text.slice(0, maxHeadLength)) ?? [];
  return clipped(title.replaceAll(/\d+/g, '').replaceAll(/\s+/g, ' ').trim(), maxTitleLength);
};

const pathOf = (url: string): string => new URL(url).pathname.replace(/(?<=.)\/$/, '');

/** Returns what tells the page of an answer. `checkUrl`: the URL of the check. `expectsStatus`: it names its status, such as that of a redirect. */
export const answeredPage = (answer: HttpAnswer, checkUrl: string, expectsStatus: boolean): HttpPage => {
  const target = redirectTarget(answer);
  const path = pathOf(target ?? answer.url);
  const isRedirected = path !== pathOf(checkUrl) && !(target !== undefined && expectsStatus);
  const type = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return { path, isRedirected, type, title: titleIn(answer.text) };
};

/** Explains how a page differs from the one before a check failed. Without that one, only a redirect tells another page. */
const otherPage = (good: HttpPage | undefined, page: HttpPage): string | undefined => {
  if (good === undefined)
    return page.isRedirected
      ? `redirects to ${page.path}, and opsdeck never saw that page before the failure`
      : undefined;
  if (good.path !== page.path)
    return `answers with the page ${page.path}, and with ${good.path} before it failed`;
  const names = ['type', 'title'] as const;
  const name = names.find((part) => good[part] !== page[part]);
  return (
    name &&
    `answers with a different page than before the failure: ${name} ${page[name] || 'none'}, was ${good[name] || 'none'}`
  );
};

/** Tells whether a check that failed passes by the page of before. */
interface PageMemory {
  /** Adds a result; returns how its page is another one. `page`: absent where the answer itself shows that it is the right one. */
  note(isUp: boolean, page: HttpPage | undefined): string | undefined;
}

/** Creates the memory of one check. A page that replaces another while the check passes is a release. */
export const createPageMemory = (): PageMemory => {
  let good: HttpPage | undefined;
  let hasFailed = false;
  return {
    note: (isUp, page) => {
      if (!isUp) hasFailed = true;
      if (!isUp || page === undefined) return undefined;
      const other = hasFailed ? otherPage(good, page) : undefined;
      if (other !== undefined) return other;
      good = page;
      hasFailed = false;
      return undefined;
    },
  };
};
