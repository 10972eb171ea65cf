import { hash } from '../chance.ts';
import type { CheckoutSpec } from './spec.ts';

/** The newest commits, newest first, with their short names. */
export const commitsOf = ({
  commits,
}: CheckoutSpec): readonly { readonly sha: string; readonly subject: string }[] =>
  commits.map((subject, index) => ({
    sha: hash(`${commits.length - index} ${subject}`)
      .toString(16)
      .padStart(8, '0')
      .slice(0, 7),
    subject,
  }));
