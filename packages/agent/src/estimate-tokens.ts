/**
 * An upper estimate of the tokens a text takes in any current tokenizer, from its characters alone: ASCII words at
 * three letters a token, digits and marks at one each, everything else at its UTF-8 bytes. Real counts are lower
 * (English text: about 0.7 of this), so a prompt that fits by this measure fits.
 */
export function estimateTokens(text: string): number {
  let letters = 0;
  let single = 0;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff ? 3 : 2;
    else if (code === 0x20 || isLetter(code)) letters += 1;
    else single += 1;
  }
  return Math.ceil(letters / 3) + single + bytes;
}

/** What a message costs besides its text: role marks and separators. */
export const MESSAGE_OVERHEAD_TOKENS = 8;
/** An image at the largest size providers take without scaling it down. */
export const IMAGE_TOKENS = 1_800;
/** A page of a PDF is sent as text and as an image; counted from its bytes, since pages are unknown here. */
export const PDF_TOKENS_PER_KIB = 60;

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
