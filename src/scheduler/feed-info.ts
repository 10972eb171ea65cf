import type { FeedInfo } from '../domain/reading.ts';
import type { Feed } from '../sources/source.ts';

/** What the store keeps of a feed: all but how it is read. */
export const infoOf = ({ read: _, watch: __, ...info }: Feed): FeedInfo => info;
