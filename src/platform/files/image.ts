import sharp from 'sharp'
import { Unacceptable } from './refusal.ts'

/** A picture as it is stored: pixels alone, upright, with nothing of what the camera wrote beside them. */
export type CleanImage = {
  kind: 'jpeg' | 'png' | 'webp'
  content: Buffer
  width: number
  height: number
  /** At most 320 pixels wide and high, WebP. */
  thumbnail: Buffer
}

/** Pixels an upload may have; more than any phone's full-resolution mode on the market takes, 64 megapixels. */
export const maxPixels = 65_000_000
/** Longest edge of what is stored: enough to read a page of small print in a photo of it. */
export const maxEdge = 4096
const thumbnailEdge = 320
/** A picture made to take long to decode (a progressive JPEG of thousands of scans) is given up after this. */
const timeoutSeconds = 20

sharp.concurrency(1)
sharp.cache(false)

/**
 * Decodes a JPEG, PNG, WebP, HEIC or AVIF and encodes it anew: upright, in sRGB, without EXIF, GPS, XMP, IPTC or
 * colour profile, at most 4096 pixels an edge, the first frame of an animation. AVIF and HEIC become JPEG.
 * Runs in a cleaner's process.
 * Throws Unacceptable for what is broken, cut short, too large, or in a coding that cannot be decoded here.
 */
export async function cleanImage(upload: Buffer): Promise<CleanImage> {
  const { format, compression, pixels } = await describe(upload)
  if (compression === 'hevc') throw new Unacceptable('heic')
  if (pixels > maxPixels) throw tooManyPixels()
  const kind = format === 'png' || format === 'webp' ? format : 'jpeg'
  const { data, info } = await encode(upload, kind).catch(() => {
    throw new Unacceptable('broken')
  })
  const thumbnail = await sharp(data)
    .resize({ width: thumbnailEdge, height: thumbnailEdge, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer()
  return { kind, content: data, width: info.width, height: info.height, thumbnail }
}

// English counts pixels in millions, Chinese in ten thousands.
const tooManyPixels = () =>
  new Unacceptable('too-many-pixels', { millions: maxPixels / 1_000_000, tenThousands: maxPixels / 10_000 })

async function describe(upload: Buffer) {
  try {
    const { format, compression, width, height } = await sharp(upload, { limitInputPixels: false }).metadata()
    return { format, compression, pixels: width * height }
  } catch {
    throw new Unacceptable('broken')
  }
}

function encode(upload: Buffer, kind: 'jpeg' | 'png' | 'webp') {
  const upright = sharp(upload, { failOn: 'error', limitInputPixels: maxPixels })
    .timeout({ seconds: timeoutSeconds })
    .autoOrient()
    .resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true })
  // Left to themselves these encoders write no metadata; that is tested, not trusted.
  if (kind === 'png') return upright.png().toBuffer({ resolveWithObject: true })
  if (kind === 'webp') return upright.webp({ quality: 85 }).toBuffer({ resolveWithObject: true })
  return upright.flatten({ background: '#fff' }).jpeg({ quality: 85 }).toBuffer({ resolveWithObject: true })
}
