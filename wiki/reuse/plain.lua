-- What our Markdown cannot say, said plainly: pandoc runs this over every document it reads.
-- U+E000 stands for a line end inside a table, U+E001 for one outside; Python puts them back.

local CELL_BREAK, BREAK = pandoc.Str("\u{E000}"), pandoc.Str("\u{E001}")

local function contents(element)
  return element.content
end

local function append(list, others)
  for _, one in ipairs(others) do
    list:insert(one)
  end
end

-- The words of some blocks in one line, with breaks between them.
local function in_one_line(blocks)
  local line = pandoc.Inlines({})
  local function add(inlines)
    if #line > 0 and #inlines > 0 then
      line:insert(CELL_BREAK)
    end
    append(line, inlines)
  end
  for _, block in ipairs(blocks) do
    if block.t == "Plain" or block.t == "Para" or block.t == "Header" then
      add(block.content)
    elseif block.t == "BulletList" or block.t == "OrderedList" then
      for number, item in ipairs(block.content) do
        local mark = block.t == "BulletList" and "•" or (number .. ".")
        local said = pandoc.Inlines({ pandoc.Str(mark), pandoc.Space() })
        append(said, in_one_line(item))
        add(said)
      end
    elseif block.t == "Table" then
      local simple = pandoc.utils.to_simple_table(block)
      for _, row in ipairs(simple.rows) do
        for _, cell in ipairs(row) do
          add(in_one_line(cell))
        end
      end
    else
      add(pandoc.utils.blocks_to_inlines({ block }, { CELL_BREAK }))
    end
  end
  return line
end

local function flattened(cell)
  local line = in_one_line(cell):walk({
    LineBreak = function() return CELL_BREAK end,
    SoftBreak = function() return pandoc.Space() end,
  })
  return pandoc.Blocks({ pandoc.Plain(line) })
end

local tables = {
  traverse = "topdown",
  Table = function(element)
    local simple = pandoc.utils.to_simple_table(element)
    simple.caption = {}
    for column = 1, #simple.widths do
      simple.widths[column] = 0
    end
    simple.headers = simple.headers:map(flattened)
    for _, row in ipairs(simple.rows) do
      for column, cell in ipairs(row) do
        row[column] = flattened(cell)
      end
    end
    if #simple.headers == 0 and #simple.rows > 0 then
      simple.headers = simple.rows[1]
      simple.rows:remove(1)
    end
    return pandoc.utils.from_simple_table(simple), false
  end,
}

local words = {
  Span = contents,
  Underline = contents,
  Strikeout = contents,
  SmallCaps = contents,
  Superscript = contents,
  Subscript = contents,
  Div = contents,
  Quoted = function(element)
    local said = pandoc.Inlines({ pandoc.Str("„") })
    append(said, element.content)
    said:insert(pandoc.Str("“"))
    return said
  end,
  Math = function(element) return pandoc.Str(element.text) end,
  RawInline = function() return {} end,
  RawBlock = function() return {} end,
  Note = function(element)
    local said = pandoc.Inlines({ pandoc.Str(" (") })
    append(said, in_one_line(element.content))
    said:insert(pandoc.Str(")"))
    return said
  end,
  Figure = function(element) return element.content end,
  LineBlock = function(element)
    local lines = pandoc.Inlines({})
    for number, line in ipairs(element.content) do
      if number > 1 then
        lines:insert(BREAK)
      end
      append(lines, line)
    end
    return pandoc.Para(lines)
  end,
  DefinitionList = function(element)
    local blocks = pandoc.Blocks({})
    for _, item in ipairs(element.content) do
      blocks:insert(pandoc.Para({ pandoc.Strong(item[1]) }))
      for _, definition in ipairs(item[2]) do
        append(blocks, definition)
      end
    end
    return blocks
  end,
  Header = function(element)
    element.attr = pandoc.Attr()
    return element
  end,
  Image = function(element)
    element.attr = pandoc.Attr()
    element.title = ""
    return element
  end,
  Link = function(element)
    element.attr = pandoc.Attr()
    element.title = ""
    return element
  end,
}

local breaks = { LineBreak = function() return BREAK end }

local title = {
  Pandoc = function(document)
    local said = document.meta.title
    if said and pandoc.utils.stringify(said) ~= "" then
      document.blocks:insert(1, pandoc.Header(1, pandoc.utils.stringify(said)))
    end
    document.meta = {}
    return document
  end,
}

return { words, tables, breaks, title }
