# Completion of navi for PowerShell 5 and later: navi completion powershell | Out-String | Invoke-Expression
# What there is to complete only navi knows. This asks it, and hands PowerShell the answer.

Register-ArgumentCompleter -Native -CommandName navi -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # Words that end before the cursor, then what is being typed, which may be empty.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object {
            $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '')
        } | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $current = $wordToComplete -replace '^["'']', ''

    # Before 7.3 PowerShell leaves empty arguments of programs out unless they are quoted twice.
    $last = $current
    $shell = $PSVersionTable.PSVersion
    $isOld = $shell.Major -lt 7 -or ($shell.Major -eq 7 -and $shell.Minor -lt 3)
    if ($last -eq '' -and ($isOld -or $PSNativeCommandArgumentPassing -eq 'Legacy')) { $last = '""' }
    $program = $commandAst.CommandElements[0].Extent.Text
    $lines = @(& $program __complete @words $last 2>$null)
    if ($lines.Count -eq 0 -or $lines[-1] -notmatch '^:(\d+)$') { return }
    $directive = [int]$Matches[1]
    $lines = @($lines | Select-Object -SkipLast 1)

    # Behind --FLAG= the answers are values alone.
    $lead = ''
    if ($current -match '^(-[^=]*=)') { $lead = $Matches[1] }
    # PowerShell completes files where nothing is returned.
    if ($lines.Count -eq 0) {
        if ($directive -band 4) { return '' }
        return
    }
    foreach ($line in $lines) {
        $value, $description = $line -split "`t", 2
        $text = $lead + $value
        # What PowerShell would read as more than text is quoted.
        $quoted = $text
        if ($text -match '[^A-Za-z0-9_+=:./-]') { $quoted = "'" + $text.Replace("'", "''") + "'" }
        if (-not ($directive -band 2)) { $quoted += ' ' }
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $description)
    }
}
