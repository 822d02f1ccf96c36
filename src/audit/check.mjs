#!/usr/bin/env node
// Checks what an Answerable installation published, offline, with nothing but Node.js 20 or newer:
//
//   node check.mjs checkpoints.jsonl keys.json [--earlier COPY] [--key NAME] [--case PROOF]
//
//   --earlier COPY  a copy of checkpoints.jsonl kept from before: it must be the beginning of this one
//   --key NAME      the name of the first key, noted elsewhere: it must be the one that signed first
//   --case PROOF    the proof of one case, as its resident can download it
//
// It shares no code with the program, so that both would have to be wrong in the same way. The formats are described
// in docs/record.md. 离线核验已公布的检查点：除 Node.js 外不需要任何其他程序。
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { earlier: { type: 'string' }, key: { type: 'string' }, case: { type: 'string' } },
})
const [checkpointsFile = 'checkpoints.jsonl', keysFile = 'keys.json'] = positionals

const sha256 = bytes => createHash('sha256').update(bytes).digest()
const hex = text => Buffer.from(text, 'hex')

// Canonical JSON (RFC 8785).
const canonical = value =>
  value === null || typeof value !== 'object'
    ? JSON.stringify(value)
    : Array.isArray(value)
      ? `[${value.map(canonical).join(',')}]`
      : `{${Object.keys(value)
          .sort()
          .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
          .join(',')}}`

const fail = (english, chinese) => {
  console.log(`FAILED 核验不通过: ${english} ${chinese}`)
  process.exit(1)
}
const good = (english, chinese) => console.log(`good 通过: ${english} ${chinese}`)

const signedText = ({ signature: _, ...body }) => `answerable checkpoint 1\n${canonical(body)}`

const keys = new Map()
for (const { id, pem } of JSON.parse(readFileSync(keysFile, 'utf8')).keys) {
  const key = createPublicKey(pem)
  const name = sha256(key.export({ type: 'spki', format: 'der' }))
    .toString('hex')
    .slice(0, 32)
  if (name !== id) fail(`key ${id} is named ${name}`, `密钥 ${id} 名不符实`)
  keys.set(id, key)
}

// What follows the last line break was being written when the file was fetched.
const linesOf = file => readFileSync(file, 'utf8').split('\n').slice(0, -1)
const lines = linesOf(checkpointsFile)
let last
for (const line of lines) {
  const one = JSON.parse(line)
  const no = (last?.no ?? 0) + 1
  const at = `checkpoint ${no}:`
  if (one.no !== no) fail(`${at} found number ${one.no}`, `检查点 ${no} 编号不连续`)
  const previous = last ? sha256(signedText(last)) : sha256(`answerable first checkpoint 1\n${one.tenant}`)
  if (one.previous !== previous.toString('hex')) fail(`${at} does not follow on the one before`, '前后不衔接')
  const due = last ? (last.nextKey ?? last.key) : (given.key ?? one.key)
  if (one.key !== due) fail(`${at} signed with ${one.key} and not ${due}`, '签名密钥不符')
  const key = keys.get(one.key)
  if (!key) fail(`${at} signed with an unknown key`, '签名密钥未知')
  if (!verify(null, Buffer.from(signedText(one)), key, Buffer.from(one.signature, 'base64')))
    fail(`${at} was changed after it was signed`, '签名之后被改动')
  if (canonical(one) !== line) fail(`${at} is not written as published`, '格式与公布的不符')
  last = one
}
good(`${lines.length} checkpoints`, `${lines.length} 个检查点`)
console.log(`first key 首个密钥: ${lines[0] ? JSON.parse(lines[0]).key : '-'}`)

if (given.earlier) {
  const earlier = linesOf(given.earlier)
  const differs = earlier.findIndex((line, i) => line !== lines[i])
  if (differs !== -1)
    fail(`the earlier copy differs at line ${differs + 1}`, `与先前副本第 ${differs + 1} 行不同`)
  good(`all ${earlier.length} checkpoints of the earlier copy are in it`, '先前副本中的检查点均在其中')
}

if (given.case) {
  const proof = JSON.parse(readFileSync(given.case, 'utf8'))
  const { tenant, stream, events, position, path, checkpoint } = proof
  let head = sha256(`answerable genesis 1\n${tenant}/${stream}`)
  for (const [i, { seq, type, at, actor, data, sealed }] of events.entries()) {
    if (seq !== i + 1) fail(`event ${i + 1} of the case is missing`, `缺少第 ${i + 1} 个事件`)
    const header = canonical({ actor, at, data, sealed, seq, stream, tenant, type })
    head = sha256(Buffer.concat([Buffer.from('answerable event 1\n'), head, Buffer.from(header)]))
  }
  if (canonical(checkpoint) !== lines[checkpoint.no - 1])
    fail(`checkpoint ${checkpoint.no} is not the published one`, '检查点与公布的不符')
  let node = sha256(
    Buffer.concat([Buffer.of(0), Buffer.from(`${stream} ${events.length} ${head.toString('hex')}`)]),
  )
  let [index, end] = [position, checkpoint.size - 1]
  // RFC 9162, section 2.1.3.2.
  for (const sibling of path.map(hex)) {
    const isRight = index % 2 === 1 || index === end
    node = sha256(Buffer.concat(isRight ? [Buffer.of(1), sibling, node] : [Buffer.of(1), node, sibling]))
    while (isRight && index % 2 === 0 && index !== 0) [index, end] = [index >> 1, end >> 1]
    ;[index, end] = [index >> 1, end >> 1]
  }
  if (end !== 0 || node.toString('hex') !== checkpoint.root)
    fail('the case is not under that checkpoint as it stands', '事项现有记录与检查点不符')
  good(
    `all ${events.length} events of case ${proof.number} stood at ${checkpoint.at}`,
    `事项 ${proof.number} 的 ${events.length} 个事件当时即已如此`,
  )
}
