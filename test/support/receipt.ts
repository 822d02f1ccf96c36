/** The case number and the receipt code on the page of a receipt. */
export function readReceipt(body: string): { number: string; receiptCode: string } {
  const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  const number = /\b\d{4}-\d{6}-\d\b/.exec(text)?.[0]
  const receiptCode = /\b\d{4} \d{4} \d{4} \d{4}\b/.exec(text)?.[0]
  if (!number || !receiptCode) throw new Error('there is no receipt on the page')
  return { number, receiptCode }
}
