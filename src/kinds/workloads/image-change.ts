/** Splits 'registry/shop/billing:1.4.2' into repository and tag. */
const tagOf = (image: string): readonly [string, string] => {
  const index = Math.max(
    image.lastIndexOf('@'),
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image.lastIndexOf(':') : -1,
  );
  return index < 0 ? [image, ''] : [image.slice(0, index), image.slice(index + 1)];
};

/** The two sides of an image change; with the same repository only the tags. */
export const imageChangeParts = (
  was: string,
  now: string,
): { readonly from: string; readonly to: string } => {
  const [name, tag] = tagOf(was);
  const [nextName, nextTag] = tagOf(now);
  return name === nextName && tag !== '' && nextTag !== ''
    ? { from: `image ${tag}`, to: nextTag }
    : { from: `image ${was}`, to: now };
};

/** 'image 1.4.2 → 1.4.3' */
export const formatImageChange = (was: string, now: string): string => {
  const { from, to } = imageChangeParts(was, now);
  return `${from} → ${to}`;
};
