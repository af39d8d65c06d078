"""Peculiar texts that real request files have, each with the requests that a person reads in it.

They are the seeds of the fuzz test too.
"""

PECULIAR: dict[str, tuple[str, list[str]]] = {
    # Variables
    "empty values": ("@token=\n@other =\nGET http://a", ["GET http://a"]),
    "variables everywhere": ("@a=1\n###\n@b=2\nGET http://a\nX: y\n@c=3\n\n@d=4\n", ["GET http://a"]),
    "names with marks": ("@api-key = 1\n@a.b = 2\nGET http://a/{{api-key}}", ["GET http://a/{{api-key}}"]),
    "a name like a tag": ("@name=Upload File\nPOST http://a", ["POST http://a"]),
    # Headers
    "a header from a variable": ("GET http://a\n{{me}}\nX: y\n", ["GET http://a"]),
    "odd headers": ("GET http://a\nAccept: : application/json\nAuthorization:\nContent-Type:application/json\nAccept\n", ["GET http://a"]),
    "a header at the end of the file": ("GET http://a\nSet-Cookie:", ["GET http://a"]),
    "a comment behind a value": ("GET http://a\nContent-Type: application/json // comment\n", ["GET http://a"]),
    "indented headers": ("GET http://a\n  Accept: */*\n  X: y\n", ["GET http://a"]),
    "commented-out headers": ("GET http://a\n# Authorization: b\nX: y\n", ["GET http://a"]),
    # Comments
    "a comment above a body": ('POST http://a\nX: y\n\n// note\n{"a": 1}', ["POST http://a"]),
    "a comment after a request without a body": ("GET http://a\n\n# the next\n###\nGET http://b", ["GET http://a", "GET http://b"]),
    "requests that are commented out": ("# GET http://a\n### GET http://b\n#\nGET http://c", ["GET http://c"]),
    "no comments": ("GET http://a:8080//path\n", ["GET http://a:8080//path"]),
    "block comments": ("/* GET http://a\n###\n*/\nGET http://b\n", ["GET http://b"]),
    # Request lines
    "no separators": ("GET http://a\n\nhttp://b\n\n", ["GET http://a"]),
    "a URL alone": ("http://a/b\n", ["GET http://a/b"]),
    "blanks around": ("  GET   http://a  \n", ["GET http://a"]),
    "small letters": ("get http://a\n###\nPost http://b\n", ["GET http://a", "POST http://b"]),
    "query over lines": ("GET http://a\n?b=1\n&c=2\n###\nGET http://a\n  ?b=1\n  &c=2\n", ["GET http://a?b=1&c=2", "GET http://a?b=1&c=2"]),
    "a path and a host": ("GET /path\nHost: a\n###\nlocalhost:9200/x\n", ["GET /path", "GET localhost:9200/x"]),
    "blanks in URLs": ("GET http://a?$filter=parent_ID eq null&q=+name:FOO HTTP/1.1\n", ["GET http://a?$filter=parent_ID eq null&q=+name:FOO"]),
    "placeholders": ("GET http://a/<PROJECT_ID>/{file_id}/{{skillname}\n", ["GET http://a/<PROJECT_ID>/{file_id}/{{skillname}"]),
    "dynamic hosts": ("GET http://{{$processEnv A}}:{{$processEnv B}}/{{ baseURL }}\n", ["GET http://{{$processEnv A}}:{{$processEnv B}}/{{ baseURL }}"]),
    "a long credential": ("GET http://a\nAuthorization: Bearer " + "e" * 1500 + "\n", ["GET http://a"]),
    # Separators
    "many hashes": ("####\nGET http://a\n###text\nGET http://b\n###############\n### ====\n### [PUT] x ###\n### /\n### [\n##\nGET http://c\n###", ["GET http://a", "GET http://b", "GET http://c"]),
    "only a heading": ("### nothing yet", []),
    # Bodies
    "a body right after the headers": ('POST http://a\nX: y\n{"a": 1}\n', ["POST http://a"]),
    "an indented body": ('POST http://a\n\n {"a": 1}\n', ["POST http://a"]),
    "a form over lines": ("POST http://a\n\na=1\n&b=2\n", ["POST http://a"]),
    "an open multipart": ("POST http://a\nContent-Type: multipart/form-data; boundary=b\n\n--b\nX: y\n\n< E:\\Picture\\1.jpg\n------\ntext\n", ["POST http://a"]),
    "unquoted templates": ('POST http://a\n\n{"ttl": {{taskTtl}}}\n', ["POST http://a"]),
    "messages": ("WEBSOCKET ws://a\n\none\n===\ntwo\n=== wait-for-server\nthree\n", ["WEBSOCKET ws://a"]),
    # What follows
    "handlers": ("GET http://a\n\n> {% one(); %}\n\n###\nGET http://b\n\n> {%\n  if (\"}\") { '{%' }\n%}\n> ./post.js\n", ["GET http://a", "GET http://b"]),
    "scripts before": ("< {%\n  x = 1\n%}\nGET http://a\n###\n< ./pre.js\nGET http://b\n", ["GET http://a", "GET http://b"]),
    "history": ("GET http://a\n\n<> 2024-08-25T111958.200.json\n<> 2024-08-24T111958.200.json\n", ["GET http://a"]),
    "a pasted response": ("GET http://a\n\nHTTP/1.1 200 OK\nX: y\n\n{}\n", ["GET http://a"]),
    "scripts of other tools": ("GET http://a\n\n?? status == 200\n\n{{@response\n  x = 1\n}}\n\n###\n{{+\n  y = 2\n}}\nGET http://b\n-- lua\n", ["GET http://a", "GET http://b"]),
    # Others
    "cURL": ("curl -X POST 'http://a' \\\n  -H \"A: b\" \\\n  -d '{\n\"a\": 1}'\n###\n# @prompt x\nGET http://b/{{x}}\n", ["POST http://a", "GET http://b/{{x}}"]),
    "protocols": ("GRPC http://a\n###\nGRAPHQL http://b\n###\nMQTT mqtt://c\n###\nAMQP amqp://d\n###\nSSE http://e\n", ["GRPC http://a", "GRAPHQL http://b", "MQTT mqtt://c", "AMQP amqp://d", "SSE http://e"]),
    "names in any script": ("### 用户 Имя 😀\nGET http://a\n", ["GET http://a"]),
    "CR LF, byte order mark, no end": ("\ufeff### x\r\nGET http://a\r\n\r\n###\r\nGET http://b", ["GET http://a", "GET http://b"]),
    "CR alone": ("###\rGET http://a\r\r###\rGET http://b\r", ["GET http://a", "GET http://b"]),
    # Other formats
    "dothttp": ('@name("x")\nGET "http://a"\n', ['GET "http://a"']),
    "front matter": ("---\ntitle: x\n---\nGET http://a\n", ["GET http://a"]),
    "a response alone": ("HTTP/1.1 200 OK\nX: y\n\n{}\n", []),
    "change notes": ("Version 1\n=========\n\n* Something was changed.\n", []),
    # Control characters
    "NUL and others": ("GET http://a\x00b\nX: \x01\x1b\x7f\n\n\x0b\x0c\u2028\u0085\n", ["GET http://a\x00b"]),
    "lone surrogates": ("GET http://a/\ud800\nX: \udfff\n\n\ud800\n", ["GET http://a/\ud800"]),
}  # fmt: skip
