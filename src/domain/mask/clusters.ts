import { byPattern, type Recogniser } from './found.ts';

/** A word of prose has none of these. */
const isName = (word: string): boolean => /[\d.@_/-]/.test(word);

/** 'context prod-eu-1', 'cluster prod-eu-1', 'user kube-admin': as doctors and clients name where and as whom they are. */
const contexts = byPattern(/\b(?:context|cluster)[ =:]+"?(?<it>[\w.@/:-]*[\w])/dgi, 'cluster', isName);
const accounts = byPattern(/\buser "?(?<it>[a-z][\w.@-]*[-_.@][\w.@-]*\w)(?=[",;)\s]|$)/dgi, 'user', isName);

export const clusters: Recogniser = (text) =>
  /context|cluster|user/i.test(text) ? [...contexts(text), ...accounts(text)] : [];
