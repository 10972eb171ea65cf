import type { RequesterGone } from '../../../domain/runs/approval.ts';
import { formatClockTime } from '../../../domain/text/format.ts';

/** 'requester offline since 14:02:11' */
export const requesterGoneText = ({ since }: RequesterGone): string =>
  since === undefined ? 'requester offline' : `requester offline since ${formatClockTime(since)}`;
